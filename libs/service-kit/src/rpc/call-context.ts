import type { Actor, ServiceName } from '@aicode/contracts';

/** What a handler knows of the call that it answers. */
export interface CallContext {
  requestId: string;
  /** On whose behalf; the handler decides whether that one may. */
  actor: Actor;
  /** The service that asks. */
  caller: ServiceName;
  /** performance.now() at which the caller stops waiting. */
  deadline: number;
  /** Aborts at the deadline, or when the service must stop and the call has used up its grace. */
  signal: AbortSignal;
}

/** The signal is made when a handler first looks at it: most never do, and each costs a timer. */
export function callContext(call: Omit<CallContext, 'signal'>, stopping: AbortSignal): CallContext {
  let signal: AbortSignal | undefined;
  return {
    ...call,
    get signal() {
      const remaining = Math.max(0, Math.ceil(call.deadline - performance.now()));
      signal ??= AbortSignal.any([stopping, AbortSignal.timeout(remaining)]);
      return signal;
    },
  };
}
