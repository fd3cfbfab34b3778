/** Strikes a fault on one request. */
import type { ServerResponse } from 'node:http';
import { endWithError, errorBody } from './error-answer.js';
import { send, startStream, streamBegunText, type StreamOptions } from './event-stream.js';
import type { MessagesRequest } from './messages-api.js';
import type { Outcome } from './request-log.js';
import { usageOf } from './response-message.js';
import type { Fault, StatusFault } from './scenario.js';

export async function strike(
  fault: Fault,
  request: MessagesRequest,
  bytes: number,
  stream: StreamOptions,
): Promise<Outcome> {
  if ('status' in fault) {
    if (fault.moment === 'mid_stream' && request.stream) return failInStream(fault, request, bytes, stream);
    endWithError(stream.response, fault.status, fault);
    return 'refused';
  }
  const moment = 'stall' in fault ? fault.stall : fault.drop;
  if (moment === 'mid_stream')
    await beginAnswer(request, bytes, stream, fault.text ?? 'This answer will not be finished');
  if ('stall' in fault) return untilGone(stream.signal);
  await flush(stream.response);
  stream.response.destroy();
  return 'dropped';
}

async function failInStream(
  fault: StatusFault,
  request: MessagesRequest,
  bytes: number,
  stream: StreamOptions,
): Promise<Outcome> {
  await beginAnswer(request, bytes, stream, 'This answer will not be finished');
  await send(stream, 'error', errorBody(fault.status, fault.message));
  stream.response.end();
  return 'refused';
}

async function beginAnswer(
  request: MessagesRequest,
  bytes: number,
  stream: StreamOptions,
  text: string,
): Promise<void> {
  if (request.stream) {
    await startStream(stream, request.model, usageOf(bytes, []));
    await streamBegunText(stream, text);
  } else {
    stream.response.writeHead(200, { 'content-type': 'application/json' });
    stream.response.write('{"id":"msg_unfinished","type":"message","content":[{"type":"text","text":');
  }
}

/** What was written must have left before the connection is destroyed. */
const flush = (response: ServerResponse): Promise<void> =>
  response.headersSent ? new Promise((resolve) => response.write('', () => resolve())) : Promise.resolve();

function untilGone(signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('client_left');
    signal.addEventListener('abort', () => resolve('client_left'));
  });
}
