/** The parts of the Messages API's request and answer that the scripted model reads and writes. */
import { isObject, listOf, stringOf, type JsonObject } from './json-shape.js';
import type { StopReason, Usage } from './scenario.js';

export interface MessagesRequest {
  model: string;
  stream: boolean;
  max_tokens: number;
  /** The system prompt as one text. */
  system: string;
  messages: RequestMessage[];
  tools: string[];
  /** A JSON schema that the answer must have (`output_config.format`). */
  schema: JsonObject | null;
}

export interface RequestMessage {
  role: string;
  blocks: RequestBlock[];
}

interface RequestBlock {
  type: string;
  /** Text of a text block or of a tool result; otherwise empty. */
  text: string;
  isError: boolean;
}

export type ContentBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown> };

export interface ResponseMessage {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: ContentBlock[];
  stop_reason: StopReason | null;
  stop_sequence: null;
  usage: Usage;
}

/** Reads a request body; says in words what is missing instead of throwing. */
export function readMessagesRequest(body: unknown): MessagesRequest | { problem: string } {
  if (!isObject(body)) return { problem: 'the body must be a JSON object' };
  if (typeof body.model !== 'string' || body.model === '') return { problem: 'model: Field required' };
  const messages = listOf(body.messages).map(readMessage);
  if (messages.length === 0) return { problem: 'messages: at least one message is required' };
  const format = isObject(body.output_config) ? body.output_config.format : undefined;
  return {
    model: body.model,
    stream: body.stream === true,
    max_tokens: typeof body.max_tokens === 'number' ? body.max_tokens : 0,
    system: textOf(body.system),
    messages,
    tools: listOf(body.tools).map((tool) => (isObject(tool) ? stringOf(tool.name) : '')),
    schema: isObject(format) && isObject(format.schema) ? format.schema : null,
  };
}

function readMessage(value: unknown): RequestMessage {
  if (!isObject(value)) return { role: '', blocks: [] };
  const { role, content } = value;
  const blocks =
    typeof content === 'string' ? [{ type: 'text', text: content, isError: false }] : listOf(content).map(readBlock);
  return { role: stringOf(role), blocks };
}

function readBlock(value: unknown): RequestBlock {
  if (!isObject(value)) return { type: '', text: '', isError: false };
  const type = stringOf(value.type);
  const text = type === 'tool_result' ? textOf(value.content) : stringOf(value.text);
  return { type, text, isError: value.is_error === true };
}

/** Text of what is either a string or a list of blocks. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((block) => (isObject(block) ? stringOf(block.text) : ''))
    .filter((text) => text !== '')
    .join('\n');
}
