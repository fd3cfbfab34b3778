/** Builds the answer's blocks, usage and ids from a script's blocks. */
import { randomUUID } from 'node:crypto';
import type { ContentBlock, ResponseMessage } from './messages-api.js';
import type { Block, Reply, StopReason, Usage } from './scenario.js';

/** A content block to send, or a gate to wait at. */
export type Part = { content: ContentBlock } | { gate: string };

const newId = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 24)}`;

export function partOf(block: Block): Part {
  if ('gate' in block) return block;
  if ('text' in block) return { content: { type: 'text', text: block.text } };
  if ('thinking' in block)
    return { content: { type: 'thinking', thinking: block.thinking, signature: 'c2NyaXB0ZWQ=' } };
  return { content: { type: 'tool_use', id: newId('toolu'), ...block.tool_use } };
}

export const contentOf = (parts: Part[]): ContentBlock[] =>
  parts.flatMap((part) => ('content' in part ? [part.content] : []));

export const stopReasonOf = (reply: Pick<Reply, 'stop_reason'>, content: ContentBlock[]): StopReason =>
  reply.stop_reason ?? (content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn');

/** About four characters to a token; what came before the last tenth of the request counts as read from the cache. */
export function usageOf(requestBytes: number, content: ContentBlock[], given: Partial<Usage> = {}): Usage {
  const input = tokensIn(requestBytes);
  const cached = Math.floor(input * 0.9);
  return {
    input_tokens: input - cached,
    output_tokens: Math.max(1, tokensIn(JSON.stringify(content).length)),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    ...given,
  };
}

export const tokensIn = (characters: number): number => Math.ceil(characters / 4);

export const newMessage = (
  model: string,
  content: ContentBlock[],
  stop: StopReason | null,
  usage: Usage,
): ResponseMessage => ({
  id: newId('msg'),
  type: 'message',
  role: 'assistant',
  model,
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage,
});
