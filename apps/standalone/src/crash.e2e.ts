import { processesNaming, until } from '@aicode/testing';
import { describe, expect, it } from '@jest/globals';

import { oneTo, seqs, usePlatform } from './fixtures/e2e-stack.js';

const platform = usePlatform({
  env: {
    AICLI_QUEUE_LEASE_TTL: '2s',
    AICLI_QUEUE_LEASE_MARGIN: '500ms',
    AICLI_QUEUE_RECONCILE_EVERY: '200ms',
    AICLI_TASKS_BACKOFF_BASE: '200ms',
    AICLI_RUNNER_STOP_GRACE: '200ms',
  },
});

describe('a platform that dies', () => {
  it('kill -9 in the middle of a task: it is tried again, its log goes on without a gap, nothing is left', async () => {
    const workspace = await platform.workspace('killed');
    const command =
      '#bash (setsid timeout 34567 tail -f /dev/null >/dev/null 2>&1 &); echo before the crash\n#gate crash\n#bash echo after the crash\n#say Made it.';
    const task = await platform.task(workspace, command);
    await platform.stack.model.waitForGate('crash', { timeoutMs: 30_000 });
    await until(() => processesNaming('34567').length > 0);
    const early = (await platform.client.logs.read({ id: task.id })).items;
    await platform.stack.process.kill('SIGKILL');
    await until(() => processesNaming('34567').length === 0);
    expect(processesNaming(workspace.id)).toEqual([]);
    platform.stack.model.release('crash');
    await platform.stack.restart();
    const { entries, end } = await platform.read(task.id);
    expect(end).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(seqs(entries)).toEqual(oneTo(entries.length));
    expect(entries.slice(0, early.length)).toEqual(early);
    const words = entries.map((entry) => entry.message).join(' | ');
    expect(words).toMatch(
      /echo before the crash.*The runner of this attempt was lost.*Trying again in .* \(attempt 2 of 3\).*Made it\./,
    );
    expect(entries.filter((entry) => entry.source === 'end').map((entry) => entry.attempt)).toEqual([1, 2]);
    expect(platform.stack.model.requests.length).toBeGreaterThan(0);
  });

  it('stands still for longer than its lease, then wakes: it can append nothing, one attempt’s work is seen', async () => {
    const workspace = await platform.workspace('stopped');
    const task = await platform.task(workspace, '#gate still\n#bash echo worked\n#say Once.');
    await platform.stack.model.waitForGate('still', { timeoutMs: 30_000 });
    const { pid } = platform.stack.process;
    process.kill(pid, 'SIGSTOP');
    const stoppedAt = Date.now();
    // There is no event for "a lease has run out" while the only process that could tell stands still.
    await until(() => Date.now() - stoppedAt > 3000);
    process.kill(pid, 'SIGCONT');
    await platform.untilTask(task.id, ({ state, attempt }) => state === 'running' && attempt === 2);
    await platform.stack.model.waitForGate('still', { timeoutMs: 30_000 });
    platform.stack.model.release('still');
    const { entries, end } = await platform.read(task.id);
    expect(end.state).toBe('succeeded');
    expect(seqs(entries)).toEqual(oneTo(entries.length));
    const ends = entries.filter((entry) => entry.source === 'end');
    expect(ends.map((entry) => entry.attempt)).toEqual([1, 2]);
    expect(ends[0]).toMatchObject({ data: { code: 'runner_lost' } });
    const firstEnd = ends[0]?.seq ?? 0;
    expect(
      entries.filter((entry) => entry.attempt === 1 && entry.seq > firstEnd && entry.source !== 'platform'),
    ).toEqual([]);
  });

  it('SIGTERM and start again: the task goes on in the same conversation', async () => {
    const workspace = await platform.workspace('restarted');
    const task = await platform.task(
      workspace,
      '#write first.txt one\n#gate restart\n#write second.txt two\n#say Both.',
    );
    await platform.stack.model.waitForGate('restart', { timeoutMs: 30_000 });
    const restarted = platform.stack.restart();
    await restarted;
    platform.stack.model.release('restart');
    const { entries, end } = await platform.read(task.id);
    expect(end).toMatchObject({ state: 'succeeded' });
    expect(seqs(entries)).toEqual(oneTo(entries.length));
    expect(entries.filter((entry) => entry.message.startsWith('Write: /workspace/first.txt'))).toHaveLength(1);
  });
});
