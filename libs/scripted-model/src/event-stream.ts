/** A streamed answer, event by event as the Messages API sends it. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Gates } from './gates.js';
import type { ContentBlock } from './messages-api.js';
import { contentOf, newMessage, type Part } from './response-message.js';
import type { StopReason, Usage } from './scenario.js';

export interface StreamOptions {
  response: ServerResponse;
  gates: Gates;
  /** Ends when the client has left or the server closes. */
  signal: AbortSignal;
  chunkDelayMs: number;
}

/** Status and headers, `message_start` and a first ping. */
export async function startStream(stream: StreamOptions, model: string, usage: Usage): Promise<void> {
  stream.response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  const message = newMessage(model, [], null, { ...usage, output_tokens: 1 });
  await send(stream, 'message_start', { message });
  await send(stream, 'ping', {});
}

/** Streams the blocks; gates between them hold the stream. */
export async function streamParts(stream: StreamOptions, parts: Part[]): Promise<void> {
  let index = 0;
  for (const part of parts) {
    if ('gate' in part) {
      await stream.gates.pass(part.gate, stream.signal);
    } else {
      await streamBlock(stream, index, part.content);
      index += 1;
    }
  }
}

async function streamBlock(stream: StreamOptions, index: number, content: ContentBlock): Promise<void> {
  await send(stream, 'content_block_start', { index, content_block: emptyBlock(content) });
  for (const delta of deltasOf(content)) {
    await send(stream, 'content_block_delta', { index, delta });
    if (stream.chunkDelayMs > 0) await pause(stream.chunkDelayMs, undefined, { signal: stream.signal });
  }
  await send(stream, 'content_block_stop', { index });
}

/** A text block that has begun and says this much: where a fault in mid-stream strikes. */
export async function streamBegunText(stream: StreamOptions, text: string): Promise<void> {
  await send(stream, 'content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  await send(stream, 'content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
}

export async function endStream(stream: StreamOptions, parts: Part[], stop: StopReason, usage: Usage): Promise<void> {
  const { output_tokens } = contentOf(parts).length > 0 ? usage : { output_tokens: 1 };
  await send(stream, 'message_delta', {
    delta: { stop_reason: stop, stop_sequence: null },
    usage: { ...usage, output_tokens },
  });
  await send(stream, 'message_stop', {});
  stream.response.end();
}

/** One event; waits while the client reads slower than we write. */
export async function send(stream: StreamOptions, type: string, fields: Record<string, unknown>): Promise<void> {
  stream.signal.throwIfAborted();
  const flushed = stream.response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  if (!flushed) await once(stream.response, 'drain', { signal: stream.signal });
}

function emptyBlock(content: ContentBlock): ContentBlock {
  switch (content.type) {
    case 'text':
      return { type: 'text', text: '' };
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'tool_use':
      return { ...content, input: {} };
  }
}

function deltasOf(content: ContentBlock): Record<string, unknown>[] {
  switch (content.type) {
    case 'text':
      return pieces(content.text, 24).map((text) => ({ type: 'text_delta', text }));
    case 'thinking':
      return [
        ...pieces(content.thinking, 24).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: content.signature },
      ];
    case 'tool_use':
      return pieces(JSON.stringify(content.input), 256).map((partial_json) => ({
        type: 'input_json_delta',
        partial_json,
      }));
  }
}

/** Pieces of at least `size` characters, more for long texts, never through the middle of a character. */
function pieces(text: string, size: number): string[] {
  const characters = [...text];
  const step = Math.max(size, Math.ceil(characters.length / 2000));
  const parts: string[] = [];
  for (let at = 0; at < characters.length; at += step) parts.push(characters.slice(at, at + step).join(''));
  return parts;
}
