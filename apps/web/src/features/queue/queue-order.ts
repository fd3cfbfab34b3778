import { Priority, type Task } from '@aicode/contracts';

/** A task of the queue with its place among all that wait, 1 for the next. */
export interface Waiting {
  task: Pick<Task, 'id' | 'workspace_id' | 'priority' | 'command' | 'created_at'>;
  position: number;
}

/** The queue under its three headings; within each, and across them, in the order that will be used. */
export function byPriority<T extends Waiting>(queue: readonly T[]): { priority: Priority; waiting: T[] }[] {
  return Priority.options.map((priority) => ({
    priority,
    waiting: queue.filter((one) => one.task.priority === priority).sort((a, b) => a.position - b.position),
  }));
}

/** The next priority up or down; null at the end of the scale. */
export function shifted(priority: Priority, by: 'up' | 'down'): Priority | null {
  const at = Priority.options.indexOf(priority) + (by === 'up' ? -1 : 1);
  return Priority.options[at] ?? null;
}

/** What is chosen and still waits: a task that began meanwhile is not cancelled by a click that meant another. */
export function stillWaiting(selected: ReadonlySet<string>, queue: readonly Waiting[]): string[] {
  return queue.map((one) => one.task.id).filter((id) => selected.has(id));
}

/** The selection after a click on one row; with shift it reaches from the last clicked row to this one. */
export function selectionAfter(
  selected: ReadonlySet<string>,
  order: readonly string[],
  clicked: string,
  anchor: string | null,
  range: boolean,
): Set<string> {
  const next = new Set(selected);
  const on = !selected.has(clicked);
  const from = anchor === null ? -1 : order.indexOf(anchor);
  const to = order.indexOf(clicked);
  const ids = range && from >= 0 && to >= 0 ? order.slice(Math.min(from, to), Math.max(from, to) + 1) : [clicked];
  for (const id of ids) {
    if (on) next.add(id);
    else next.delete(id);
  }
  return next;
}

/** In packets that the API takes (at most 100 ids). */
export function packets(ids: readonly string[], size = 100): string[][] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );
}
