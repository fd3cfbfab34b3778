import { isObject, listAt, numberAt, objectAt, textAt, type JsonObject } from './json-shape.js';
import type { LogBlock, Speaker } from './log-block.js';
import { exactText, safeLine, safeText } from './safe-text.js';
import { systemMessage } from './system-message.js';
import { toolCall } from './tool-call.js';
import { toolResult } from './tool-result.js';

/** Signs of life and repeats of what other messages say: nothing to read. */
const silent = new Set(['stream_event', 'tool_progress', 'keep_alive', 'prompt_suggestion', 'active_goal']);

/**
 * A message of the CLI in its stream-json. The union is large and grows (SDKMessage of the Agent SDK): what is not known passes
 * through as `other`.
 */
export function claudeMessage(message: JsonObject): LogBlock[] {
  const type = textAt(message, 'type') ?? '';
  if (silent.has(type)) return [];
  switch (type) {
    case 'assistant':
      return contentOf(message).flatMap((block) => assistantBlock(block, speakerOf(message)));
    case 'user':
      return contentOf(message).flatMap((block) => userBlock(block, message));
    case 'result':
      return [resultBlock(message)];
    case 'rate_limit_event':
      return rateLimit(objectAt(message, 'rate_limit_info') ?? {});
    case 'system':
      return systemMessage(message);
    default:
      return [otherBlock(message)];
  }
}

/** What is passed on as it is. */
export function otherBlock(message: JsonObject): LogBlock {
  const title = [textAt(message, 'type'), textAt(message, 'subtype')].filter(Boolean).join(' ');
  return { kind: 'other', title: safeLine(title) || 'message', json: exactText(JSON.stringify(message)) };
}

function contentOf(message: JsonObject): JsonObject[] {
  const inner = objectAt(message, 'message');
  const text = textAt(inner, 'content');
  if (text !== undefined) return [{ type: 'text', text }];
  return (listAt(inner, 'content') ?? []).filter(isObject);
}

/** A model that the task's own model has set to work is named by the call that started it. */
function speakerOf(message: JsonObject): Speaker {
  const id = textAt(message, 'parent_tool_use_id');
  if (id === undefined) return null;
  const name = textAt(message, 'subagent_type');
  return { id, name: name === undefined ? null : safeLine(name) };
}

function assistantBlock(block: JsonObject, by: Speaker): LogBlock[] {
  switch (textAt(block, 'type')) {
    case 'text': {
      const text = safeText(textAt(block, 'text') ?? '').trim();
      return text === '' ? [] : [{ kind: 'text', text, by }];
    }
    case 'thinking':
      return [{ kind: 'thinking', text: safeText(textAt(block, 'thinking') ?? '').trim(), by }];
    case 'redacted_thinking':
      return [{ kind: 'thinking', text: '', by }];
    case 'tool_use':
    case 'server_tool_use':
      return [toolCall(block, by)];
    case undefined:
    default:
      return [otherBlock(block)];
  }
}

function userBlock(block: JsonObject, message: JsonObject): LogBlock[] {
  switch (textAt(block, 'type')) {
    case 'tool_result':
      return [toolResult(block, message['tool_use_result'])];
    case 'text': {
      const text = safeText(textAt(block, 'text') ?? '').trim();
      return text === '' ? [] : [{ kind: 'prompt', text }];
    }
    case undefined:
    default:
      return [otherBlock(block)];
  }
}

function resultBlock(message: JsonObject): LogBlock {
  const failed = message['is_error'] === true || (textAt(message, 'subtype') ?? 'success') !== 'success';
  const errors = (listAt(message, 'errors') ?? []).filter((error) => typeof error === 'string').join('\n');
  const text = textAt(message, 'result') ?? errors;
  return {
    kind: 'result',
    failed,
    text: safeText(text || (failed ? `Ended with ${textAt(message, 'subtype') ?? 'an error'}.` : '')).trim(),
    turns: numberAt(message, 'num_turns') ?? null,
    duration_ms: numberAt(message, 'duration_ms') ?? null,
    cost_usd: numberAt(message, 'total_cost_usd') ?? null,
  };
}

function rateLimit(info: JsonObject): LogBlock[] {
  const status = textAt(info, 'status');
  const resetsAt = numberAt(info, 'resetsAt');
  const reset = resetsAt === undefined ? '' : `; it is lifted at ${timeOf(resetsAt)}`;
  if (status === 'rejected')
    return [{ kind: 'notice', level: 'error', text: `The model's usage limit is reached${reset}.` }];
  if (status !== 'allowed_warning') return [];
  const used = numberAt(info, 'utilization');
  const share = used === undefined ? '' : ` (${Math.round(used * (used <= 1 ? 100 : 1))} %)`;
  return [{ kind: 'notice', level: 'warn', text: `The model's usage limit is near${share}${reset}.` }];
}

/** Seconds since 1970, as UTC. */
function timeOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? 'an unknown time' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
