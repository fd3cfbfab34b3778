import { numberAt, objectAt, textAt, type JsonObject } from './json-shape.js';
import type { LogBlock } from './log-block.js';
import { exactText, safeLine } from './safe-text.js';
import { shortPath } from './tool-call.js';

/** Bookkeeping of the CLI: it changes nothing that a person follows. */
const silent = new Set([
  'thinking_tokens',
  'commands_changed',
  'background_tasks_changed',
  'task_progress',
  'task_updated',
  'hook_started',
  'hook_progress',
  'hook_response',
  'session_state_changed',
  'control_request_progress',
  'files_persisted',
]);

/** A `system` message of the CLI by its subtype; unknown ones as one line that names them. */
export function systemMessage(message: JsonObject): LogBlock[] {
  const subtype = textAt(message, 'subtype') ?? 'system';
  if (silent.has(subtype)) return [];
  const said = say(subtype, message);
  if (said === null) return [];
  if (typeof said === 'object') return [said];
  return [{ kind: 'notice', level: levelOf(subtype), text: said }];
}

function levelOf(subtype: string): 'info' | 'warn' | 'debug' {
  if (subtype === 'api_retry' || subtype === 'permission_denied' || subtype.startsWith('model_refusal')) return 'warn';
  return known.has(subtype) ? 'info' : 'debug';
}
const known = new Set(['compact_boundary', 'task_started', 'notification', 'status']);

function say(subtype: string, message: JsonObject): LogBlock | string | null {
  const word = (key: string): string | undefined => {
    const text = textAt(message, key);
    return text === undefined ? undefined : safeLine(text);
  };
  switch (subtype) {
    case 'init':
      return start(message);
    case 'api_retry':
      return retry(message);
    case 'compact_boundary': {
      const tokens = numberAt(objectAt(message, 'compact_metadata'), 'pre_tokens');
      return `The conversation was summarised to make room${tokens === undefined ? '' : ` (it had ${tokens} tokens)`}.`;
    }
    case 'permission_denied':
      return `${word('tool_name') ?? 'A tool'} was not allowed: ${word('decision_reason') ?? word('message') ?? 'the policy forbids it'}`;
    case 'task_started':
      // A command in the foreground is told of so too when it takes long; its call is shown already.
      return message['is_backgrounded'] === true ? `In the background: ${word('description') ?? 'a task'}` : null;
    case 'task_notification':
      return `${word('status') === 'completed' ? 'Finished' : `Ended (${word('status') ?? 'unknown'})`}: ${word('summary') ?? 'a task'}`;
    case 'notification':
      return word('text') ?? null;
    case 'status':
      return word('compact_error') ?? null;
    case 'model_refusal_fallback':
    case 'model_refusal_no_fallback':
      return word('content') ?? 'The model refused the request.';
    default:
      return word('message') ?? word('content') ?? `Claude Code: ${safeLine(subtype)}`;
  }
}

function start(message: JsonObject): LogBlock {
  const directory = textAt(message, 'cwd');
  const shown = (key: string): string | null => {
    const text = textAt(message, key);
    return text === undefined ? null : exactText(text);
  };
  return {
    kind: 'start',
    model: shown('model'),
    version: shown('claude_code_version'),
    directory: directory === undefined || directory === '/workspace' ? null : shortPath(directory),
  };
}

function retry(message: JsonObject): string {
  const status = numberAt(message, 'error_status');
  const wait = numberAt(message, 'retry_delay_ms');
  const cause = status === undefined ? 'did not answer' : `answered ${status}`;
  const when = wait === undefined ? '' : ` in ${Math.max(1, Math.round(wait / 1000))} s`;
  const which = `${numberAt(message, 'attempt') ?? 1} of ${numberAt(message, 'max_retries') ?? 1}`;
  return `The model ${cause}; Claude Code tries again${when} (${which}).`;
}
