import { DomainError } from '@aicode/contracts';
import Docker from 'dockerode';

import { engineAddress } from './engine-address.js';
import { engineProblem } from './engine-problem.js';
import { EngineTimeout } from './engine-timeout.js';

/** The one Docker engine, and how it is called in a sentence. */
export interface EngineClient {
  docker: Docker;
  label: string;
}

/** @throws Error with a sentence if DOCKER_HOST can't be used */
export function engineClient(env: Record<string, string | undefined>): EngineClient {
  const address = engineAddress(env);
  return { docker: new Docker(address.options), label: address.label };
}

/** Longest wait for an answer, in milliseconds. */
export const engineLimits = { question: 10_000, create: 30_000, stop: 20_000, remove: 30_000, build: 100_000 } as const;

/** Work that the engine does for us, within `ms` milliseconds. @throws EngineTimeout */
export async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new EngineTimeout(ms));
      abort.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The HTTP status that the engine answered with; undefined if it did not answer. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const status: unknown = Reflect.get(error, 'statusCode');
  return typeof status === 'number' ? status : undefined;
}

/** What the engine said was wrong; empty if nothing. */
export function saidBy(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const json: unknown = Reflect.get(error, 'json');
  const message: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'message') : undefined;
  return typeof message === 'string' ? message : error instanceof Error ? error.message : '';
}

/** Runs `work`, and passes over the answer that what it speaks of is not there, or is so already. */
export async function unless(statuses: number[], work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined || !statuses.includes(status)) throw error;
  }
}

/** The engine did not answer at all: its end, not its refusal. */
export function isLost(error: unknown): boolean {
  return !(error instanceof DomainError) && statusOf(error) === undefined;
}

/** For a person, without a path of the host. */
export function asDomainError(error: unknown, label: string, doing: string): DomainError {
  if (error instanceof DomainError) return error;
  const status = statusOf(error);
  if (status === undefined) {
    const { reason } = engineProblem(error, label);
    return new DomainError(
      'container.engine_lost',
      reason ?? 'The Docker engine does not answer.',
      {},
      { cause: error },
    );
  }
  const said = withoutPaths(saidBy(error)).slice(0, 300);
  return new DomainError('executor.unavailable', `${doing}: ${said}`, {}, { cause: error });
}

export function withoutPaths(text: string): string {
  return text.replace(/(?<![\w:/])\/[\w@%+.~-]+(\/[\w@%+.~-]*)+/g, '…').trim();
}
