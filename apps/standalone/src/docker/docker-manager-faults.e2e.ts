import {
  processesIn,
  startRedis,
  startServiceProcess,
  tempDir,
  testEngine,
  until,
  type ServiceProcess,
} from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { oneTo, seqs, usePlatform } from '../fixtures/e2e-stack.js';

/** docker-manager runs apart from the five others, so that it alone can die. */
const redis = await startRedis();
const home = await tempDir('dm');
const { host } = testEngine();
const platform = usePlatform({
  docker: true,
  home: home.path,
  redisUrl: redis.url,
  services: ['gateway', 'auth', 'workspace-service', 'task-manager', 'claude-runner'],
  env: { AICLI_TASKS_BACKOFF_BASE: '200ms', AICLI_QUEUE_RECONCILE_EVERY: '200ms' },
});
// Hooks run in their order: the platform has stopped by now.
afterAll(async () => {
  await redis.stop();
  await home.remove();
});

describe('docker-manager killed with -9', () => {
  let manager: ServiceProcess;
  const start = async (): Promise<void> => {
    manager = await startServiceProcess('docker-manager', {
      home: home.path,
      redisUrl: redis.url,
      env: { DOCKER_HOST: host },
    });
  };
  beforeAll(start);
  afterAll(() => manager.kill('SIGTERM'));

  const left = async (workspaceId: string): Promise<string> => {
    const containers = await platform.containers(workspaceId);
    const running = await Promise.all(containers.map(processesIn));
    return running.join('\n');
  };

  it('at rest: the container of a workspace is taken up again', async () => {
    const workspace = await platform.ready('at-rest');
    await platform.client.workspaces.start({ id: workspace.id });
    const [before] = await platform.containers(workspace.id);
    await manager.kill('SIGKILL');
    await start();
    const taken = await until(async () => {
      const { containers } = await platform.client.workspaces.stats({ id: workspace.id });
      return containers.length > 0 && containers;
    });
    expect(taken).toMatchObject([{ room: 0, busy: false }]);
    const task = await platform.task(workspace, '#bash echo again\n#say again');
    expect(await platform.untilFinal(task.id)).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect((await platform.containers(workspace.id)).map(({ id }) => id)).toEqual([before?.id]);
  });

  it('while a container is made: the task is tried again, one container is there', async () => {
    const workspace = await platform.ready('while-made');
    const task = await platform.task(workspace, '#bash echo made\n#say made');
    await until(async () => (await platform.containers(workspace.id)).length > 0, 60_000);
    await manager.kill('SIGKILL');
    await start();
    expect(await platform.untilFinal(task.id, 120_000)).toMatchObject({ state: 'succeeded' });
    expect(await platform.containers(workspace.id)).toHaveLength(1);
  });

  it('in the middle of a command: nothing of it goes on, the task is tried again in its conversation', async () => {
    const workspace = await platform.ready('in-command');
    const task = await platform.task(
      workspace,
      '#write one.txt one\n#bash (setsid sleep 8181 >/dev/null 2>&1 &); echo begun\n#gate command\n#say whole',
    );
    await platform.stack.model.waitForGate('command', { timeoutMs: 60_000 });
    expect(await left(workspace.id)).toContain('8181');
    await manager.kill('SIGKILL');
    await start();
    await until(async () => !(await left(workspace.id)).includes('8181'));
    platform.stack.model.release('command');
    const { entries, end } = await platform.read(task.id);
    expect(end).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(seqs(entries)).toEqual(oneTo(entries.length));
    expect(entries.filter(({ message }) => message.startsWith('Write: /workspace/one.txt'))).toHaveLength(1);
  });

  it('while a workspace goes: its container goes too', async () => {
    const workspace = await platform.ready('going');
    await platform.client.workspaces.start({ id: workspace.id });
    await manager.kill('SIGKILL');
    await platform.client.workspaces.delete({ id: workspace.id, force: 'true' });
    await start();
    await until(async () => (await platform.containers(workspace.id)).length === 0, 60_000);
  });
});
