import { formatCursor, LogStreamEvent, tasksRoutes, type LogCursor, type LogEntry, type Task } from '@aicode/contracts';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

import { foreignAnswer, parseJson, ServerUnreachable, unknownShape } from './api-error.js';
import { callRoute } from './call-route.js';
import type { Connection } from './connection.js';

export type LogStreamItem =
  | { type: 'log'; entry: LogEntry }
  | { type: 'reset'; from: number }
  | { type: 'status'; task: Task }
  | { type: 'end'; task: Task };

/** The platform sends a sign of life every 15 s; without one for so long the connection is dead, whatever TCP thinks. */
const silenceMs = 45_000;
/** Largest event: a log line has at most 1 MB unless the platform's configuration says more; JSON escapes may blow it up. */
const maxEventChars = 64 * 1024 ** 2;

export interface StreamRequest {
  taskId: string;
  cursor: LogCursor;
  signal?: AbortSignal | undefined;
  silenceMs?: number | undefined;
  onOpen(): void;
}

/**
 * One connection to a task's log, from its opening until it ends: with `end` behind the last line, or earlier when the server
 * closes it. Throws what kept it from opening, or what broke it.
 */
export async function* readLogStream(connection: Connection, request: StreamRequest): AsyncGenerator<LogStreamItem> {
  const silence = new Silence(connection.server, request.silenceMs ?? silenceMs);
  const signal = request.signal ? AbortSignal.any([request.signal, silence.signal]) : silence.signal;
  try {
    const response = await open(connection, request, signal);
    request.onOpen();
    if (response.status === 204) {
      yield { type: 'end', task: await currentTask(connection, request) };
      return;
    }
    for await (const message of messagesOf(response, silence)) {
      const item = itemOf(message, response);
      if (item) yield item;
    }
  } catch (error) {
    throw connection.failure(error, signal);
  } finally {
    silence.end();
  }
}

async function open(connection: Connection, request: StreamRequest, signal: AbortSignal): Promise<Response> {
  const response = await connection.send({
    method: 'GET',
    path: `/api/v1/tasks/${encodeURIComponent(request.taskId)}/logs`,
    headers: {
      Accept: 'text/event-stream',
      ...(request.cursor.seq > 0 ? { 'Last-Event-ID': formatCursor(request.cursor) } : {}),
    },
    signedIn: true,
    signal,
  });
  if (!response.ok) throw await connection.problem(response, signal);
  const type = response.headers.get('content-type') ?? '';
  if (response.status !== 204 && !type.startsWith('text/event-stream')) {
    throw foreignAnswer(connection.server, response.status);
  }
  return response;
}

/** 204 says that the reader has everything already; how the task ended is asked for. */
async function currentTask(connection: Connection, { taskId, signal }: StreamRequest): Promise<Task> {
  const task = await callRoute(connection, tasksRoutes.get, { id: taskId }, { signal });
  return LogStreamEvent.end.parse(task);
}

async function* messagesOf(response: Response, silence: Silence): AsyncGenerator<EventSourceMessage> {
  const body: ReadableStream<Uint8Array> | null = response.body;
  if (!body) return;
  const reader = body.getReader();
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => ready.push(message), maxBufferSize: maxEventChars });
  const decoder = new TextDecoder();
  try {
    for (;;) {
      silence.begin();
      const { done, value } = await reader.read();
      // Only waiting for the server counts as silence, not what the consumer takes.
      silence.end();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* ready.splice(0);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Undefined for events of a newer server. */
function itemOf({ event, data }: EventSourceMessage, response: Response): LogStreamItem | undefined {
  const json = parseJson(data);
  switch (event) {
    case 'log':
      return { type: 'log', entry: parsed(LogStreamEvent.log.safeParse(json), response) };
    case 'reset':
      return { type: 'reset', from: parsed(LogStreamEvent.reset.safeParse(json), response).from };
    case 'status':
    case 'end':
      return { type: event, task: parsed(LogStreamEvent[event].safeParse(json), response) };
    case undefined:
    default:
      return undefined;
  }
}

type Parsed<T> = { success: true; data: T } | { success: false; error: { issues: { message: string }[] } };

function parsed<T>(result: Parsed<T>, response: Response): T {
  if (result.success) return result.data;
  throw unknownShape(response, result.error.issues[0]?.message ?? 'unknown');
}

/** Aborts when nothing was heard for long. */
class Silence {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  readonly signal = this.controller.signal;

  constructor(
    private readonly server: string,
    private readonly limitMs: number,
  ) {
    this.begin();
  }

  begin(): void {
    this.end();
    this.timer = setTimeout(() => {
      const message = `The platform at ${this.server} has fallen silent.`;
      this.controller.abort(new ServerUnreachable(this.server, 'timeout', message));
    }, this.limitMs);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
