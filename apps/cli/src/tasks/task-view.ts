import { isFinal, type Task } from '@aicode/contracts';
import { safeLine, safeText, wordsOfTask, type Paint, type Style } from '@aicode/log-view';

import { facts } from '../terminal/table.js';
import { durationWords } from '../terminal/time-words.js';

const tones: Record<ReturnType<typeof wordsOfTask>['tone'], Style> = {
  quiet: { dim: true },
  busy: { fg: 4 },
  attention: { fg: 3, bold: true },
  good: { fg: 2 },
  bad: { fg: 1 },
};

/** Sign and word of a task's state, in its colour. */
export function stateText(task: Task, paint: Paint): string {
  const { sign, word, tone } = wordsOfTask(task);
  return paint(`${sign} ${word}`, tones[tone]);
}

/** What a task took: `12 s · 5262 tokens · $0.0343`, as far as it is known. */
export function costWords(task: Task): string[] {
  const { started_at: start, ended_at: end, usage } = task;
  const tokens = usage && usage.input_tokens + usage.output_tokens + usage.cache_read_tokens + usage.cache_write_tokens;
  return [
    ...(start !== null && end !== null ? [durationWords(Date.parse(end) - Date.parse(start))] : []),
    ...(tokens ? [`${tokens} tokens`] : []),
    ...(usage && usage.cost_usd > 0 ? [`$${usage.cost_usd.toFixed(4)}`] : []),
  ];
}

/**
 * The last words on a task that was watched.
 * @param told how it ended was the last line of its log
 */
export function endWords(task: Task, told: boolean, paint: Paint): string {
  const reason = task.reason === null ? '' : `: ${safeLine(task.reason)}`;
  const facts = paint([task.id, ...costWords(task)].join(' · '), { dim: true });
  const next = task.state === 'failed' || task.state === 'timed_out' ? `\nTry again: aicli task retry ${task.id}` : '';
  return `${told ? '' : `${stateText(task, paint)}${reason}\n`}${facts}${next}`;
}

/** `$1.50`, and no digit less than was said. */
function dollars(amount: number): string {
  const cents = amount.toFixed(2);
  return `$${Number(cents) === amount ? cents : amount}`;
}

/** A task for `task status`. */
export function taskFacts(task: Task, workspace: string, paint: Paint): string[] {
  const { sentence } = wordsOfTask(task);
  const cost = costWords(task);
  return [
    ...facts([
      ['Task', task.id],
      ['State', `${stateText(task, paint)}${isFinal(task.state) ? '' : `: ${sentence}`}`],
      ['Reason', task.reason === null ? null : safeLine(task.reason)],
      ['Workspace', workspace],
      ['Priority', task.priority],
      ['Model', task.model === null ? null : safeLine(task.model)],
      ['Attempt', task.attempt === 0 ? null : `${task.attempt} of ${task.max_attempts}`],
      ['Time limit', durationWords(task.timeout_ms)],
      ['Cost limit', task.max_cost_usd === null ? null : dollars(task.max_cost_usd)],
      ['Created', task.created_at],
      ['Started', task.started_at],
      ['Ended', task.ended_at],
      ['Took', cost.length > 0 ? cost.join(' · ') : null],
      ['Again of', task.retry_of],
    ]),
    '',
    ...safeText(task.command)
      .split('\n')
      .map((line) => `  ${line}`),
  ];
}
