import { isNativeError } from 'node:util/types';

import { DomainError, parseOrThrow, toWireError, type RpcMethod, type ServiceName } from '@aicode/contracts';
import { lastValueFrom, isObservable } from 'rxjs';

import type { Logger } from '../log/logger.js';
import { callContext, type CallContext } from '../rpc/call-context.js';
import { runInRequest } from '../rpc/request-context.js';
import { isReplyChannel } from './bus-keys.js';
import { BusRequest, decode, type BusReply } from './messages.js';
import { openMessage, unverifiedBody } from './signature.js';

/** What answers one pattern: Nest's proxy around the handler, and its contract. */
export interface Method {
  contract: RpcMethod;
  handle(input: unknown, call: CallContext): Promise<unknown>;
}

export interface AnswerParts {
  service: ServiceName;
  /** Stream that the request came by. */
  stream: string;
  key: Buffer;
  log: Logger;
  method(pattern: string): Method | undefined;
  /** performance.now() at a time of Redis' clock. */
  localTimeOf(redisMs: number): number;
  /** Aborts when calls have used up the grace of a stop. */
  stopping: AbortSignal;
}

export interface Answer {
  channel: string;
  reply: BusReply;
}

/** Works on one entry of the stream. Undefined if nobody waits for an answer. Never rejects. */
export async function answerRequest(parts: AnswerParts, entry: string, message: string): Promise<Answer | undefined> {
  const body = openMessage(parts.key, parts.stream, message);
  if (body === undefined) return refuse(parts, message);
  const request = decode(BusRequest, body);
  if (!request || !isReplyChannel(request.reply)) return refuse(parts, message);
  const context = {
    requestId: request.request_id,
    actor: request.actor,
    via: [...request.via, parts.service],
  };
  return runInRequest(context, async () => {
    try {
      const output = await execute(parts, request, entry);
      return output === expired ? undefined : { channel: request.reply, reply: { id: request.id, output } };
    } catch (error) {
      if (!(error instanceof DomainError)) {
        parts.log.error({ err: error, method: request.method, caller: request.caller }, 'a request failed');
      }
      return { channel: request.reply, reply: { id: request.id, error: toWireError(storageError(error)) } };
    }
  });
}

const expired = Symbol('expired');

async function execute(parts: AnswerParts, request: BusRequest, entry: string): Promise<unknown> {
  const method = parts.method(request.method);
  if (!method) {
    const text = `${parts.service} has no method ${request.method}. Caller and callee are of different versions.`;
    throw new DomainError('bus.unknown_method', text);
  }
  const input = parseOrThrow(method.contract.input, request.input, 'request');
  // The entry's id is the time on Redis' clock at which it was added.
  const expires = Math.min(Number.parseInt(entry, 10) + request.ttl_ms, request.expires_ms);
  const deadline = parts.localTimeOf(expires);
  if (performance.now() >= deadline) {
    parts.log.warn({ method: request.method, caller: request.caller }, 'a request came after its deadline; not begun');
    return expired;
  }
  const { actor, caller, request_id: requestId } = request;
  const call = callContext({ requestId, actor, caller, deadline }, parts.stopping);
  const result = await method.handle(input, call);
  const output: unknown = isObservable(result) ? await lastValueFrom(result) : result;
  return checkOutput(method.contract, output);
}

/** What a handler gives back must be what its contract says; if not, the fault is ours, not the caller's. */
function checkOutput(contract: RpcMethod, output: unknown): unknown {
  const result = contract.output.safeParse(output);
  if (result.success) return result.data;
  throw new Error(`${contract.pattern} answered what its contract does not allow: ${result.error.message}`);
}

/** Not signed by our key, or not a request: nothing in it is believed, but an honest mistake should be told. */
function refuse({ log, stream }: AnswerParts, message: string): Answer | undefined {
  const claimed = decode(BusRequest.pick({ id: true, reply: true }), unverifiedBody(message));
  log.error({ stream, bytes: message.length }, 'a request without a valid signature was refused');
  if (!claimed || !isReplyChannel(claimed.reply)) return undefined;
  const text = 'The request is not signed by this platform. Do all services use the same secrets/bus.key?';
  return { channel: claimed.reply, reply: { id: claimed.id, error: { code: 'bus.refused', message: text } } };
}

/** Redis gone in the middle of a handler's work is not a fault of the handler. */
function storageError(error: unknown): unknown {
  const lost = isNativeError(error) && /^(MaxRetriesPerRequestError)$/.test(error.name);
  return lost
    ? new DomainError('storage.unavailable', 'Redis cannot be reached. Try again in a moment.', {}, { cause: error })
    : error;
}
