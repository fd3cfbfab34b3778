import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

import { containerChanged, WorkspaceId, type ContainerState } from '@aicode/contracts';
import type Docker from 'dockerode';
import { z } from 'zod';

import { engineLimits, within } from './engine-client.js';
import { labels } from './names.js';

type EventName = z.infer<typeof containerChanged.data>['event'];

/** Something that the engine tells of a room's container. */
export interface EngineEvent {
  workspaceId: string;
  room: number;
  state: ContainerState;
  event: EventName;
  reason: string | null;
}

const Message = z.object({
  Action: z.string(),
  Actor: z.object({ Attributes: z.record(z.string(), z.string()) }),
});

const meanings: Record<string, Pick<EngineEvent, 'state' | 'event'>> = {
  create: { state: 'created', event: 'created' },
  start: { state: 'running', event: 'started' },
  pause: { state: 'paused', event: 'paused' },
  unpause: { state: 'running', event: 'unpaused' },
  destroy: { state: 'gone', event: 'removed' },
  oom: { state: 'running', event: 'oom' },
  'health_status: unhealthy': { state: 'running', event: 'unhealthy' },
};

/** What a line of the engine's event stream means to us; undefined if nothing. */
export function readEvent(line: unknown): EngineEvent | undefined {
  const parsed = Message.safeParse(line);
  if (!parsed.success) return undefined;
  const { Action: action, Actor } = parsed.data;
  const { [labels.workspace]: workspaceId, [labels.room]: room, exitCode } = Actor.Attributes;
  const meaning = action === 'die' ? death(exitCode) : meanings[action];
  if (
    !meaning ||
    !WorkspaceId.safeParse(workspaceId).success ||
    workspaceId === undefined ||
    !/^\d+$/.test(room ?? '')
  ) {
    return undefined;
  }
  const reason =
    action === 'oom' ? 'The container used up its memory, and the kernel ended what used most of it.' : null;
  return { workspaceId, room: Number(room), reason, ...meaning };
}

/** 0: it was asked to stop; 137: it was killed, which is how we stop it. */
function death(exitCode: string | undefined): Pick<EngineEvent, 'state' | 'event'> {
  return { state: 'stopped', event: exitCode === '0' || exitCode === '137' ? 'stopped' : 'died' };
}

/** The engine's events of our containers. Resolves when they flow; `ended` when they end, as they do with the engine. */
export async function followEvents(
  docker: Docker,
  filters: { label: string[] },
  onEvent: (event: EngineEvent) => void,
): Promise<{ ended: Promise<void>; stop(): void }> {
  const stream = await within(engineLimits.question, () =>
    docker.getEvents({ filters: { ...filters, type: ['container'] } }),
  );
  if (!(stream instanceof Readable)) throw new Error('the engine gave no stream');
  stream.on('error', () => undefined);
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  // It passes on the errors of its input.
  lines.on('error', () => undefined);
  lines.on('line', (line) => {
    const event = readEvent(parsed(line));
    if (event) onEvent(event);
  });
  const ended = new Promise<void>((resolve) => stream.once('close', resolve));
  return { ended, stop: () => void stream.destroy() };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
