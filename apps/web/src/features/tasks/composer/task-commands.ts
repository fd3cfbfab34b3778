import type { NewTask } from './task-form.js';

/** A word as a POSIX shell takes it: exactly this text. */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The same task by the command line. @param workspace name or id */
export function aicliCommand(task: NewTask, workspace: string): string {
  const flag = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`--${name}`, shellWord(String(value))];
  return [
    'aicli task run',
    ...flag('workspace', workspace),
    ...(task.priority === 'medium' ? [] : flag('priority', task.priority)),
    ...flag('model', task.model),
    ...flag('timeout', durationFlag(task.timeout)),
    ...flag('max-attempts', task.max_attempts),
    ...flag('max-cost', task.max_cost_usd),
    // What begins with a dash would be taken for a flag.
    ...(task.command.startsWith('-') ? ['--'] : []),
    shellWord(task.command),
  ].join(' ');
}

function durationFlag(timeout: NewTask['timeout']): string | undefined {
  if (timeout === undefined) return undefined;
  return typeof timeout === 'number' ? `${timeout}ms` : timeout;
}

/** The same task by the API. The token is the reader's own: it is not in the text. */
export function curlCommand(task: NewTask, server: string, idempotencyKey: string): string {
  return [
    `curl -sS -X POST ${shellWord(`${server}/api/v1/tasks`)}`,
    `-H "Authorization: Bearer $AICODE_TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `-H ${shellWord(`Idempotency-Key: ${idempotencyKey}`)}`,
    `-d ${shellWord(JSON.stringify(task))}`,
  ].join(' \\\n  ');
}

/** The request that would make a task like this one again. */
export function requestLike(task: {
  workspace_id: string;
  command: string;
  priority: 'high' | 'medium' | 'low';
  model: string | null;
  timeout_ms: number;
  max_attempts: number;
  max_cost_usd: number | null;
}): NewTask {
  return {
    workspace_id: task.workspace_id,
    command: task.command,
    priority: task.priority,
    ...(task.model === null ? {} : { model: task.model }),
    timeout: task.timeout_ms,
    max_attempts: task.max_attempts,
    ...(task.max_cost_usd === null ? {} : { max_cost_usd: task.max_cost_usd }),
  };
}
