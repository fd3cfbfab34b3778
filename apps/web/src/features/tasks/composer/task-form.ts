import { CreateTask, type Priority } from '@aicode/contracts';
import type { z } from 'zod';

/** What stands in the composer's fields, as it was typed. */
export interface TaskForm {
  workspace: string;
  command: string;
  priority: Priority;
  model: string;
  timeout: string;
  attempts: string;
  cost: string;
}

export type FormField = keyof TaskForm;

export const emptyForm: TaskForm = {
  workspace: '',
  command: '',
  priority: 'medium',
  model: '',
  timeout: '',
  attempts: '',
  cost: '',
};

export type NewTask = z.input<typeof CreateTask>;
/** What is wrong with a field: `missing`, or in which way it does not fit. */
export type FormProblems = Partial<Record<FormField, 'missing' | 'wrong'>>;

const fields: Record<string, FormField> = {
  workspace_id: 'workspace',
  command: 'command',
  priority: 'priority',
  model: 'model',
  timeout: 'timeout',
  max_attempts: 'attempts',
  max_cost_usd: 'cost',
};

/** The field of the form that a path of the API (`max_cost_usd`) means. */
export function fieldOf(path: string): FormField | undefined {
  return fields[path.split('.')[0] ?? ''];
}

/** The request that the form stands for, or what is wrong with it, by the contract's own rules. */
export function readForm(form: TaskForm): { task: NewTask; problems: null } | { task: null; problems: FormProblems } {
  const task = {
    workspace_id: form.workspace,
    command: form.command.replaceAll('\r\n', '\n'),
    priority: form.priority,
    ...(form.model.trim() === '' ? {} : { model: form.model.trim() }),
    ...(form.timeout.trim() === '' ? {} : { timeout: durationText(form.timeout) }),
    ...(form.attempts.trim() === '' ? {} : { max_attempts: Number(form.attempts) }),
    ...(form.cost.trim() === '' ? {} : { max_cost_usd: Number(form.cost.replace(/^\$/, '').replace(',', '.')) }),
  };
  const result = CreateTask.safeParse(task);
  if (result.success) return { task, problems: null };
  const problems: FormProblems = {};
  for (const issue of result.error.issues) {
    const field = fieldOf(String(issue.path[0] ?? ''));
    if (field) problems[field] ??= form[field].trim() === '' ? 'missing' : 'wrong';
  }
  return { task: null, problems };
}

/** `30 min`, `1 h` and a plain number of minutes are what people write. */
function durationText(text: string): string {
  const [, amount, unit] = /^(\d+)\s*(ms|s|sec|m|min|h|d)?$/i.exec(text.trim()) ?? [];
  if (amount === undefined) return text.trim();
  const units: Record<string, string> = { sec: 's', min: 'm' };
  const short = (unit ?? 'm').toLowerCase();
  return `${amount}${units[short] ?? short}`;
}

export function hasText(form: TaskForm): boolean {
  return form.command.trim() !== '';
}
