import type { Nodes, Queue, Task } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { usePlatform } from '../fixtures/stack.js';
import NodeList from './node/list.js';
import QueueCommand from './queue.js';
import TaskCancel from './task/cancel.js';
import TaskPriority from './task/priority.js';
import TaskRun from './task/run.js';
import WorkspaceCreate from './workspace/create.js';

const platform = usePlatform({
  scenarios: [{ name: 'waits', match: { contains: 'wait' }, turns: [{ gate: 'go', reply: [{ text: 'At last.' }] }] }],
});
const start = async (workspace: string, priority: string): Promise<Task> => {
  const flags = ['-w', workspace, '--priority', priority, '--detach', '--json'];
  return (await platform.run(TaskRun, ['wait', ...flags])).json() as Task;
};
const queue = async (): Promise<Queue> => (await platform.run(QueueCommand, ['--json'])).json() as Queue;

describe('aicli queue', () => {
  it('shows what waits and why, and where a task is with another priority', async () => {
    expect((await platform.run(QueueCommand)).stdout).toBe('Nothing waits.\n');
    await platform.run(WorkspaceCreate, ['shop']);
    const running = await start('shop', 'high');
    const first = await start('shop', 'medium');
    const second = await start('shop', 'low');
    const shown = await platform.run(QueueCommand, ['-w', 'shop', '--limit', '1']);
    expect(shown.stderr).toContain('tasks wait in all');
    expect(await platform.run(TaskPriority, [second.id, 'high'])).toMatchObject({
      exitCode: 0,
      stdout: `${second.id} has priority high now.\n`,
    });
    const waiting = (await queue()).items.map(({ task }) => task.id).filter((id) => id !== running.id);
    expect(waiting).toEqual([second.id, first.id]);
    const table = (await platform.run(QueueCommand)).stdout;
    expect(table).toMatch(/^PLACE +TASK +PRIORITY +WORKSPACE +WHY IT WAITS\n/);
    expect(table).toMatch(new RegExp(`${second.id} +high +shop +I`));
    expect(await platform.run(TaskPriority, [second.id, 'urgent'])).toMatchObject({ exitCode: 2 });
    for (const { id } of [second, first]) await platform.run(TaskCancel, [id]);
    expect((await platform.run(TaskPriority, [first.id, 'low'])).stderr).toContain('has ended already');
    await platform.run(TaskCancel, [running.id]);
  });
});

describe('aicli node list', () => {
  it('shows the machine', async () => {
    const shown = await platform.run(NodeList);
    expect(shown.stdout).toMatch(/^NODE +TASKS +CPU +LOAD +MEMORY +DISK FREE +RUNS TASKS IN\nlocal +\d+ of \d+ /);
    const { nodes, services } = (await platform.run(NodeList, ['--json'])).json() as Nodes;
    expect(nodes).toMatchObject([{ node: 'local' }]);
    expect(services.length).toBeGreaterThan(4);
  });
});
