import { finalStates, isFinal, Priority, TaskState, WorkspaceId, type Task } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';
import { z } from 'zod';

/** What the address of the list says. What is wrong in it counts as not said. */
export const TaskFilters = z.object({
  state: TaskState.optional().catch(undefined),
  priority: Priority.optional().catch(undefined),
  workspace: WorkspaceId.optional().catch(undefined),
  q: z.string().max(200).catch(''),
  /** The composer is open. */
  new: z.boolean().catch(false),
});
export type TaskFilters = z.output<typeof TaskFilters>;

/** The filters that the server knows; what is searched for is looked for in what it gives. */
export type ServerFilters = Pick<TaskFilters, 'state' | 'priority' | 'workspace'>;

export function isFiltered({ state, priority, workspace, q }: TaskFilters): boolean {
  return state !== undefined || priority !== undefined || workspace !== undefined || q.trim() !== '';
}

export const noFilters = { state: undefined, priority: undefined, workspace: undefined, q: '' };

export function matchesText(task: Task, q: string, workspaceName: string | undefined): boolean {
  const words = q.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = [task.command, task.id, task.model ?? '', task.reason ?? '', workspaceName ?? '']
    .join('\n')
    .toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

export function matchesServer(task: Task, filters: ServerFilters): boolean {
  if (filters.state !== undefined && task.state !== filters.state) return false;
  if (filters.priority !== undefined && task.priority !== filters.priority) return false;
  return filters.workspace === undefined || task.workspace_id === filters.workspace;
}

/** The states in the order in which people look for them. */
export const stateOrder: readonly TaskState[] = ['waiting_approval', 'running', 'starting', 'pending', ...finalStates];

/** A prompt as one line: its first words. */
export function titleOf(task: Pick<Task, 'command'>, max = 200): string {
  const line = safeLine(task.command.slice(0, max * 4));
  return line.length > max ? `${line.slice(0, max)}…` : line;
}

export function mayCancel(task: Task): boolean {
  return !isFinal(task.state) && !task.cancel_requested;
}
