import { describe, expect, it } from '@jest/globals';
import { finalStates, type Priority, type Task } from '@aicode/contracts';

import { oneTo, seqs, usePlatform } from './fixtures/e2e-stack.js';

const platform = usePlatform({ env: { AICLI_RUNNER_MAX_SESSIONS: '2' } });
const rank: Record<Priority, number> = { high: 0, medium: 1, low: 2 };

describe('20 tasks of mixed priority over 4 workspaces, two at a time', () => {
  it('start in order, never two in one slot, each ends once, each log is whole for three readers', async () => {
    const workspaces = await Promise.all(['q1', 'q2', 'q3', 'q4'].map((name) => platform.workspace(name)));
    const priorities: Priority[] = ['low', 'medium', 'high', 'low', 'medium'];
    const tasks: Task[] = [];
    for (let i = 0; i < 20; i += 1) {
      const workspace = workspaces[i % 4];
      if (!workspace) throw new Error('there are four workspaces');
      const command = `#bash echo ${i}; timeout 0.2 tail -f /dev/null; echo end\n#say Number ${i} is done.`;
      tasks.push(await platform.task(workspace, command, { priority: priorities[i % 5] ?? 'low' }));
    }
    const reads = await Promise.all(
      tasks.flatMap((task) => [1, 2, 5].map((breakEvery) => platform.read(task.id, breakEvery))),
    );
    for (const { entries, end } of reads) {
      expect(end.state).toBe('succeeded');
      expect(seqs(entries)).toEqual(oneTo(entries.length));
      expect(entries.filter((entry) => entry.source === 'end')).toHaveLength(1);
    }
    const ended = await Promise.all(tasks.map((task) => platform.client.tasks.get({ id: task.id })));
    expect(ended.every((task) => finalStates.some((state) => state === task.state))).toBe(true);

    const runs = ended.map((task) => ({ task, from: startOf(task), to: Date.parse(task.ended_at ?? '') }));
    for (const run of runs) {
      const beside = runs.filter(
        (other) => other.task.id !== run.task.id && other.from < run.to && run.from < other.to,
      );
      expect(beside.filter((other) => other.task.workspace_id === run.task.workspace_id)).toEqual([]);
    }
    checkOrder(
      reads
        .filter((_, i) => i % 3 === 0)
        .map(({ entries, end }) => ({ task: end, claimedAt: Date.parse(entries[0]?.time ?? '') })),
    );
  });
});

function startOf(task: Task): number {
  return Date.parse(task.started_at ?? '');
}

/**
 * At each start no eligible task of higher priority was waiting: one whose workspace was free then and that had been created.
 * The start is the first line of its log, which comes after its claim; a claim that came between two of those lines by less
 * than the time that a CLI takes to speak can't be told apart, so only a wait over that margin counts.
 */
function checkOrder(starts: { task: Task; claimedAt: number }[]): void {
  const margin = 1500;
  for (const { task, claimedAt } of starts) {
    const passedOver = starts.filter(({ task: other, claimedAt: otherClaimed }) => {
      const better = rank[other.priority] < rank[task.priority];
      const waited = Date.parse(other.created_at) < claimedAt - margin && otherClaimed > claimedAt + margin;
      const free = starts.every(
        ({ task: holder, claimedAt: held }) =>
          holder.workspace_id !== other.workspace_id ||
          holder.id === other.id ||
          Date.parse(holder.ended_at ?? '') < claimedAt - margin ||
          held > claimedAt + margin,
      );
      return better && waited && free;
    });
    expect(passedOver.map(({ task: { id } }) => `${id} was passed over by ${task.id}`)).toEqual([]);
  }
}
