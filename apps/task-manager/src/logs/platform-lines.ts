import type { AttemptEnd, LogLevel } from '@aicode/contracts';
import type { LogLine } from '@aicode/task-log';

import type { TaskEntity } from '../tasks/task.entity.js';

function line(level: LogLevel, message: string): LogLine {
  return { time: new Date().toISOString(), level, source: 'platform', message, data: null };
}

/** Says when and why the next attempt comes. */
export function retryLine(task: TaskEntity): LogLine {
  const seconds = Math.max(0, Math.round((Date.parse(task.due_at ?? '') - Date.now()) / 1000));
  return line(
    'warn',
    `${task.reason ?? 'The attempt failed.'} Trying again in ${seconds} s (attempt ${task.attempt + 1} of ${task.max_attempts}).`,
  );
}

/** The terminal entry that the platform writes for a runner that can't. */
export function lostRunnerLine(): LogLine {
  const end: AttemptEnd = {
    outcome: 'failed',
    code: 'runner_lost',
    reason: 'The runner of this attempt was lost.',
    retry_after_ms: null,
    usage: null,
  };
  return { ...line('error', 'The runner of this attempt was lost.'), source: 'end', data: end };
}

/** In the place of a terminal entry that is none by the contract: a task must end whatever its runner has written. */
export const unreadableEnd: AttemptEnd = {
  outcome: 'failed',
  code: 'cli_failed',
  reason: 'The end of this attempt could not be read.',
  retry_after_ms: null,
  usage: null,
};
