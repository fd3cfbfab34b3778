/** POST /v1/messages and /v1/messages/count_tokens. */
import type { ServerResponse } from 'node:http';
import { answerTo } from './answer.js';
import { endWithError } from './error-answer.js';
import { endStream, startStream, streamParts, type StreamOptions } from './event-stream.js';
import { strike } from './faults.js';
import type { Gates } from './gates.js';
import { readMessagesRequest, type MessagesRequest } from './messages-api.js';
import type { Outcome, RecordedRequest, RequestLog } from './request-log.js';
import { contentOf, newMessage, partOf, stopReasonOf, tokensIn, usageOf } from './response-message.js';
import { isReply, type Reply, type Scenario } from './scenario.js';
import type { FaultCounts } from './select-turn.js';

export interface MessagesState {
  scenarios: Scenario[];
  counts: FaultCounts;
  gates: Gates;
  log: RequestLog;
}

export type Arrival = Pick<RecordedRequest, 'number' | 'time' | 'credential' | 'headers' | 'sessionId' | 'body'> & {
  bytes: number;
};

export async function serveMessages(
  state: MessagesState,
  arrival: Arrival,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const request = readMessagesRequest(arrival.body);
  if ('problem' in request) return endWithError(response, 400, { message: request.problem });
  const { turn, scenario, side, prompt, turnIndex } = answerTo(request, state.scenarios, state.counts);
  const record = recordOf(arrival, request, { endpoint: 'messages', scenario, side, prompt, turn: turnIndex });
  state.log.add(record);
  const stream = { response, gates: state.gates, signal, chunkDelayMs: isReply(turn) ? (turn.chunk_delay_ms ?? 0) : 0 };
  try {
    if (turn.gate !== undefined) await state.gates.pass(turn.gate, signal);
    signal.throwIfAborted();
    const outcome = isReply(turn)
      ? await reply(turn, request, arrival.bytes, stream)
      : await strike(turn, request, arrival.bytes, stream);
    state.log.settle(record, outcome);
  } catch (error) {
    if (!signal.aborted) throw error;
    state.log.settle(record, 'client_left');
  }
}

async function reply(turn: Reply, request: MessagesRequest, bytes: number, stream: StreamOptions): Promise<Outcome> {
  const parts = turn.reply.map(partOf);
  const content = contentOf(parts);
  const stop = stopReasonOf(turn, content);
  const usage = usageOf(bytes, content, turn.usage);
  if (request.stream) {
    await startStream(stream, request.model, usage);
    await streamParts(stream, parts);
    await endStream(stream, parts, stop, usage);
  } else {
    for (const part of parts) if ('gate' in part) await stream.gates.pass(part.gate, stream.signal);
    stream.response.writeHead(200, { 'content-type': 'application/json' });
    stream.response.end(JSON.stringify(newMessage(request.model, content, stop, usage)));
  }
  return 'replied';
}

export function serveCountTokens(state: MessagesState, arrival: Arrival, response: ServerResponse): void {
  const request = readMessagesRequest(arrival.body);
  if ('problem' in request) return endWithError(response, 400, { message: request.problem });
  const record = recordOf(arrival, request, {
    endpoint: 'count_tokens',
    scenario: null,
    side: null,
    prompt: '',
    turn: 0,
  });
  state.log.add(record);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ input_tokens: tokensIn(arrival.bytes) }));
  state.log.settle(record, 'replied');
}

const recordOf = (
  { number, time, credential, headers, sessionId, body }: Arrival,
  { model, stream }: MessagesRequest,
  answered: Pick<RecordedRequest, 'endpoint' | 'scenario' | 'side' | 'prompt' | 'turn'>,
): RecordedRequest => ({
  number,
  time,
  credential,
  headers,
  sessionId,
  body,
  model,
  stream,
  ...answered,
  outcome: 'open',
});
