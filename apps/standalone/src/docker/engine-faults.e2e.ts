import { processesIn, startOwnEngine, until, type OwnEngine } from '@aicode/testing';
import { afterAll, describe, expect, it } from '@jest/globals';

import { oneTo, seqs, usePlatform } from '../fixtures/e2e-stack.js';

/** An engine of its own, because it dies. */
const engine: OwnEngine = await startOwnEngine();
await engine.load();
const platform = usePlatform({
  dockerHost: engine.host,
  // This engine sees no mounts that are made after its start.
  env: {
    AICLI_DOCKER_DISK_MECHANISM: 'measured',
    AICLI_TASKS_BACKOFF_BASE: '500ms',
    AICLI_TASKS_MAX_ATTEMPTS: '10',
    AICLI_QUEUE_RECONCILE_EVERY: '200ms',
  },
});
// Hooks run in their order: the platform has stopped by now.
afterAll(() => engine.stop());

describe('an engine that is killed with -9', () => {
  it('at rest: it is said while it is away, and work goes on when it is back', async () => {
    const workspace = await platform.ready('rest');
    await platform.client.workspaces.start({ id: workspace.id });
    await engine.kill();
    await until(async () => {
      const { dependencies } = await platform.client.health.ready();
      return dependencies.some(({ name, state }) => name.includes('docker-engine') && state !== 'up');
    });
    const task = await platform.task(workspace, '#bash echo back\n#say back', { max_attempts: 10 });
    await engine.start();
    expect(await platform.untilFinal(task.id, 120_000)).toMatchObject({ state: 'succeeded' });
    expect(await platform.containers(workspace.id)).toHaveLength(1);
  });

  it('in the middle of a task: the task is tried again in its conversation, nothing of it is left', async () => {
    const workspace = await platform.ready('middle');
    const task = await platform.task(
      workspace,
      '#write one.txt one\n#bash (setsid sleep 9191 >/dev/null 2>&1 &); echo begun\n#gate engine\n#say whole',
      { max_attempts: 10 },
    );
    await platform.stack.model.waitForGate('engine', { timeoutMs: 60_000 });
    await engine.kill();
    await engine.start();
    platform.stack.model.release('engine');
    const { entries, end } = await platform.read(task.id);
    expect(end).toMatchObject({ state: 'succeeded' });
    expect(end.attempt).toBeGreaterThan(1);
    expect(seqs(entries)).toEqual(oneTo(entries.length));
    expect(entries.filter(({ message }) => message.startsWith('Write: /workspace/one.txt'))).toHaveLength(1);
    const [container] = await platform.containers(workspace.id);
    expect(container && (await processesIn(container))).not.toContain('9191');
  });

  it('while a container is made: there is one in the end', async () => {
    const workspace = await platform.ready('made');
    const task = await platform.task(workspace, '#bash echo made\n#say made', { max_attempts: 10 });
    await until(async () => (await platform.containers(workspace.id)).length > 0, 60_000);
    await engine.kill();
    await engine.start();
    expect(await platform.untilFinal(task.id, 120_000)).toMatchObject({ state: 'succeeded' });
    expect(await platform.containers(workspace.id)).toHaveLength(1);
  });
});
