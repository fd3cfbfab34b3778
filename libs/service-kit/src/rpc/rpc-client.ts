import {
  DomainError,
  newId,
  platformActor,
  type Actor,
  type RpcFeature,
  type RpcMethod,
  type ServiceName,
} from '@aicode/contracts';
import { firstValueFrom, fromEvent, map, merge, take, type Observable } from 'rxjs';
import type { z } from 'zod';

import type { BusClient } from '../bus/bus-client.js';
import type { Question } from '../bus/exchange.js';
import { maxRequestAgeMs } from '../bus/messages.js';
import { currentRequest } from './request-context.js';

export interface CallOptions {
  /** Milliseconds for everything; the method's own or `bus.timeout` otherwise. */
  timeoutMs?: number;
  /** Gives up when it aborts: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** On whose behalf; the current request's actor otherwise, the platform outside of one. */
  actor?: Actor;
}

/** One function for each method of a feature. Rejects with DomainError: the callee's own, or one of `bus.…`. */
export type FeatureClient<F extends RpcFeature> = {
  [K in keyof F]: (input: z.input<F[K]['input']>, options?: CallOptions) => Promise<z.output<F[K]['output']>>;
};

export class RpcClient {
  constructor(
    private readonly bus: BusClient,
    private readonly caller: ServiceName,
    private readonly defaultTimeoutMs: number,
  ) {}

  client<F extends RpcFeature>(feature: F): FeatureClient<F> {
    const calls = Object.entries(feature).map(([name, method]) => [
      name,
      (input: unknown, options?: CallOptions) => this.call(method, input, options),
    ]);
    return Object.fromEntries(calls) as FeatureClient<F>;
  }

  private async call(method: RpcMethod, input: unknown, options: CallOptions = {}): Promise<unknown> {
    options.signal?.throwIfAborted();
    const answer: Observable<unknown> = this.bus.send(method.pattern, this.question(method, input, options));
    const output = await firstValueFrom(options.signal ? merge(answer, aborted(options.signal)) : answer);
    const parsed = method.output.safeParse(output);
    if (parsed.success) return parsed.data;
    throw new DomainError(
      'internal',
      `${method.service} answered what this version does not understand.`,
      {},
      {
        cause: parsed.error,
      },
    );
  }

  private question(method: RpcMethod, input: unknown, options: CallOptions): Question {
    const request = currentRequest();
    const via = request?.via ?? [];
    // Replicas that wait for each other use up all handlers, and then nobody answers (protocols.md, The bus, rule 7).
    if (via.includes(method.service)) {
      const path = [...via, method.service].join(' → ');
      throw new DomainError(
        'bus.refused',
        `Services must not ask each other in a circle: ${path} (${method.pattern}).`,
      );
    }
    return {
      service: method.service,
      method: method.pattern,
      caller: this.caller,
      via: [...via],
      actor: options.actor ?? request?.actor ?? platformActor,
      requestId: request?.requestId ?? newId('request'),
      input,
      timeoutMs: Math.min(options.timeoutMs ?? method.timeoutMs ?? this.defaultTimeoutMs, maxRequestAgeMs),
      idempotent: method.idempotent ?? false,
    };
  }
}

function aborted(signal: AbortSignal): Observable<never> {
  return fromEvent(signal, 'abort').pipe(
    take(1),
    map(() => {
      throw signal.reason;
    }),
  );
}
