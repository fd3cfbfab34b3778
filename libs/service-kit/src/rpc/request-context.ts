import { AsyncLocalStorage } from 'node:async_hooks';

import type { Actor, ServiceName } from '@aicode/contracts';

/** On whose behalf the code at work now works. */
export interface RequestContext {
  requestId: string;
  actor: Actor;
  /** Services that wait for this work, the first caller first. */
  via?: readonly ServiceName[];
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The request that the running code belongs to; undefined for the platform's own chores. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

/** Runs with a request as the current one, through every await inside. Log lines and calls to services carry it. */
export function runInRequest<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}
