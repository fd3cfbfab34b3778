import type { WaitsFor } from '@aicode/contracts';

/** A pending task of one node, as far as its place in the queue depends on it. */
export interface Waiting {
  id: string;
  workspaceId: string;
  user: string;
  /** 0 high, 1 medium, 2 low */
  rank: number;
  dueAt: string | null;
  workspaceReady: boolean;
}

export interface NodeWork {
  waiting: readonly Waiting[];
  /** Tasks at work, by user. */
  atWork: ReadonlyMap<string, number>;
  /** Places where nothing runs, by workspace. */
  freeSlots: ReadonlyMap<string, number>;
}

export interface Placed<W extends Waiting = Waiting> {
  task: W;
  waitsFor: WaitsFor;
}

/**
 * The order in which claims will take these tasks if nothing ends meanwhile: what `bestTask` chooses, again and again, each
 * claim using up a place and counting for its user. Behind those come the tasks without a place, by the same rule, then those
 * whose time has not come, then those of workspaces that are not ready.
 */
export function orderQueue<W extends Waiting>(node: NodeWork & { waiting: readonly W[] }, now: Date): Placed<W>[] {
  const time = now.toISOString();
  const waitsFor = (task: W): WaitsFor => {
    if (!task.workspaceReady) return 'workspace';
    return task.dueAt !== null && task.dueAt > time ? 'retry' : 'runner';
  };
  const groups = grouped(node.waiting, waitsFor);
  const atWork = new Map(node.atWork);
  const free = new Map(node.freeSlots);
  const takesPlace = ({ workspaceId }: W): boolean => {
    const places = free.get(workspaceId) ?? 0;
    if (places > 0) free.set(workspaceId, places - 1);
    return places > 0;
  };
  const first = inFairOrder(groups.get('runner') ?? [], atWork, takesPlace);
  const second = inFairOrder(first.left, atWork, () => true);
  const retries = (groups.get('retry') ?? []).toSorted((a, b) => compare(a.dueAt ?? '', b.dueAt ?? '') || byAge(a, b));
  const unready = inFairOrder(groups.get('workspace') ?? [], atWork, () => true);
  return [
    ...place(first.taken, 'runner'),
    ...place(second.taken, 'slot'),
    ...place(retries, 'retry'),
    ...place(unready.taken, 'workspace'),
  ];
}

/** By class, then the user with fewest tasks at work, then age. `atWork` counts what is taken; `left` could not be taken. */
function inFairOrder<W extends Waiting>(
  tasks: readonly W[],
  atWork: Map<string, number>,
  take: (task: W) => boolean,
): { taken: W[]; left: W[] } {
  const taken: W[] = [];
  const left: W[] = [];
  for (const sameRank of byRank(tasks)) {
    const queues = [...grouped(sameRank.toSorted(byAge), ({ user }) => user).values()].map((of) => new OneUser(of));
    for (;;) {
      const next = queues.reduce<OneUser<W> | null>((best, queue) => better(best, queue, atWork), null);
      const task = next?.head;
      if (!next || !task) break;
      next.taken += 1;
      if (!take(task)) {
        left.push(task);
        continue;
      }
      taken.push(task);
      atWork.set(task.user, (atWork.get(task.user) ?? 0) + 1);
    }
  }
  return { taken, left };
}

/** What a user has in one class, oldest first. */
class OneUser<W extends Waiting> {
  taken = 0;
  constructor(private readonly tasks: readonly W[]) {}

  get head(): W | undefined {
    return this.tasks[this.taken];
  }
}

function better<W extends Waiting>(
  best: OneUser<W> | null,
  queue: OneUser<W>,
  atWork: ReadonlyMap<string, number>,
): OneUser<W> | null {
  const [a, b] = [best?.head, queue.head];
  if (!b) return best;
  if (!a) return queue;
  const fewer = (atWork.get(b.user) ?? 0) - (atWork.get(a.user) ?? 0);
  return fewer < 0 || (fewer === 0 && byAge(b, a) < 0) ? queue : best;
}

function byRank<W extends Waiting>(tasks: readonly W[]): W[][] {
  return [...grouped(tasks, ({ rank }) => rank)].toSorted(([a], [b]) => a - b).map(([, of]) => of);
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function place<W extends Waiting>(tasks: readonly W[], waitsFor: WaitsFor): Placed<W>[] {
  return tasks.map((task) => ({ task, waitsFor }));
}

/** Ids sort by time of creation. */
function byAge(a: Waiting, b: Waiting): number {
  return compare(a.id, b.id);
}

/** As SQL compares: bytes, not a language. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
