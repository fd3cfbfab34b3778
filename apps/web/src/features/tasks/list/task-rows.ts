import type { Task } from '@aicode/contracts';

/**
 * The rows of the list: tasks up to the newest one that was there when the list was loaded or its new ones were asked for. What is
 * newer is only counted, so that no row comes in under the pointer. Ids sort by the time when they were made.
 */
export function splitRows(tasks: readonly Task[], newest: string | null): { rows: readonly Task[]; fresh: number } {
  if (newest === null) return { rows: tasks, fresh: 0 };
  const rows = tasks.filter(({ id }) => id <= newest);
  return { rows, fresh: tasks.length - rows.length };
}

export function newestOf(tasks: readonly Task[]): string | null {
  return tasks.reduce<string | null>((newest, { id }) => (newest === null || id > newest ? id : newest), null);
}

/** A task as it is now takes the place of what it was; a newer one that belongs into the list comes to its beginning. */
export function patchTasks(tasks: readonly Task[], changed: Task, belongs: boolean): readonly Task[] {
  const index = tasks.findIndex(({ id }) => id === changed.id);
  const known = tasks[index];
  if (known) return known.version >= changed.version ? tasks : tasks.with(index, changed);
  const first = tasks[0];
  return belongs && (!first || changed.id > first.id) ? [changed, ...tasks] : tasks;
}

/** Where j and k lead: -1 stands for no row. */
export function moveFocus(index: number, by: number, count: number): number {
  if (count === 0) return -1;
  return Math.min(count - 1, Math.max(0, index < 0 ? (by > 0 ? 0 : count - 1) : index + by));
}

export function toggleId(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** From the last one that was chosen up to this one, as with shift in any list. */
export function chooseRange(
  chosen: ReadonlySet<string>,
  ids: readonly string[],
  from: string | null,
  to: string,
): ReadonlySet<string> {
  const start = from === null ? -1 : ids.indexOf(from);
  const end = ids.indexOf(to);
  if (start < 0 || end < 0) return toggleId(chosen, to);
  return new Set([...chosen, ...ids.slice(Math.min(start, end), Math.max(start, end) + 1)]);
}
