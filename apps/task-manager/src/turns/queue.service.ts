import { maySeeOwnedBy, type Actor, type Queue, type QueuedTask } from '@aicode/contracts';
import type { Database } from '@aicode/database';

import { briefTasks } from '../tasks/brief-tasks.js';
import { viewTask } from '../tasks/task-view.js';
import { orderQueue } from './queue-order.js';
import { countWaiting, waitingOfNodes, type WaitingTask } from './queue.repository.js';
import { queueWords } from './queue-words.js';

/** A queue beyond this is not put in order for people. */
const maxWaiting = 20_000;

interface Line extends Omit<QueuedTask, 'task'> {
  waiting: WaitingTask;
}

/** The queue as people see it: in the order of the claims, with the reason of each task. */
export class QueueService {
  constructor(private readonly database: Database) {}

  async list(input: { limit: number; workspace_id?: string | undefined }, actor: Actor): Promise<Queue> {
    const now = new Date();
    const { nodes, more } = await this.database.read((manager) => waitingOfNodes(manager, maxWaiting));
    const lines = [...nodes].flatMap(([node, work]) => linesOf(node, orderQueue(work, now)));
    const asked = lines.filter(
      ({ waiting }) =>
        maySeeOwnedBy(actor, waiting.ownerId) &&
        (input.workspace_id === undefined || waiting.workspaceId === input.workspace_id),
    );
    const shown = asked.slice(0, input.limit);
    const found = await this.database.read((manager) =>
      briefTasks(
        manager,
        shown.map(({ waiting }) => waiting.id),
      ),
    );
    const total = more
      ? await this.database.read((manager) => countWaiting(manager, actor, input.workspace_id))
      : asked.length;
    const items = shown.flatMap(({ waiting, ...line }) => {
      const of = found.get(waiting.id);
      // Taken or cancelled since the order was made: it waits no more.
      return of?.task.state === 'pending' ? [{ ...line, task: viewTask(of.task, of.workspace, now) }] : [];
    });
    return { items, total, truncated: total > shown.length };
  }
}

function linesOf(node: string, placed: ReturnType<typeof orderQueue<WaitingTask>>): Line[] {
  const before = new Map<string, number>();
  return placed.map(({ task: waiting, waitsFor }, index) => {
    const beforeInWorkspace = before.get(waiting.workspaceId) ?? 0;
    before.set(waiting.workspaceId, beforeInWorkspace + 1);
    const position = index + 1;
    const { workspaceState, dueAt, reason } = waiting;
    return {
      waiting,
      node,
      position,
      waits_for: waitsFor,
      explanation: queueWords({ waitsFor, position, beforeInWorkspace, workspaceState, dueAt, reason }),
    };
  });
}
