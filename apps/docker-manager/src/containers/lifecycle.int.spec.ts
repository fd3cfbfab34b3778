import { once } from 'node:events';

import { containerChanged, containersRpc, newId } from '@aicode/contracts';
import { until } from '@aicode/testing';
import { afterEach, describe, expect, it } from '@jest/globals';

import { labels } from './names.js';
import {
  containersStack,
  docker,
  finish,
  word,
  type ContainersStack,
  type TestWorkspace,
} from './fixtures/containers-stack.js';

let stack: ContainersStack | undefined;
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
});

async function begin(config: Parameters<typeof containersStack>[0] = {}): Promise<ContainersStack> {
  stack = await containersStack(config);
  return stack;
}
const rpcOf = ({ service }: ContainersStack) => service.context.rpc.client(containersRpc);
const stateOf = async (workspace: TestWorkspace, room = 0) =>
  (await workspace.inspect(room).catch(() => undefined))?.State.Status ?? 'gone';

describe('the containers of a workspace', () => {
  it('start, are told of, show what they use, stop and go', async () => {
    const all = await begin();
    const workspace = await all.workspace({ memory: 256 * 1024 ** 2 });
    const told: string[] = [];
    await all.service.context.events.subscribe(containerChanged, ({ event }) => void told.push(event));
    const rpc = rpcOf(all);
    expect(await rpc.stats(workspace.owner)).toMatchObject({ executor: 'docker', containers: [] });
    const started = await rpc.start(workspace.owner);
    expect(started.containers).toMatchObject([
      { room: 0, state: 'running', busy: false, memory_limit: 256 * 1024 ** 2, egress_refused: 0, reason: null },
    ]);
    expect(started.containers[0]?.memory).toBeGreaterThan(0);
    const running = await workspace.sh('sleep 1000');
    expect((await rpc.stats(workspace.owner)).containers).toMatchObject([{ room: 0, busy: true }]);
    expect(await rpc.counts({ workspace_ids: [workspace.id] })).toEqual({ running: 1, paused: 0, stopped: 0 });
    expect(await rpc.counts({ workspace_ids: [newId('workspace')] })).toEqual({ running: 0, paused: 0, stopped: 0 });
    const stopped = await rpc.stop(workspace.owner);
    expect(stopped.containers).toMatchObject([{ room: 0, state: 'stopped', busy: false, memory: null }]);
    expect(await running.exited).toMatchObject({ signal: 'SIGKILL' });
    expect(await rpc.counts({ workspace_ids: null })).toEqual({ running: 0, paused: 0, stopped: 1 });
    expect(await stateOf(workspace)).toBe('exited');
    expect((await finish(await workspace.sh('echo again'))).stdout).toBe('again\n');
    await rpc.release({ workspace_id: workspace.id });
    expect(await stateOf(workspace)).toBe('gone');
    expect((await rpc.stats(workspace.owner)).containers).toEqual([]);
    await until(() => told.includes('removed'));
    expect(told).toEqual(expect.arrayContaining(['created', 'started', 'stopped']));
  });

  it('rest when nobody uses them: paused, then stopped, and those beside the first removed', async () => {
    const all = await begin({ pause_after: 150, stop_after: 700 });
    const workspace = await all.workspace();
    const two = await Promise.all([workspace.sh('read -r go'), workspace.sh('read -r go')]);
    await Promise.all(two.map(finish));
    await until(async () => (await stateOf(workspace, 0)) === 'paused');
    expect((await finish(await workspace.sh('echo awake'))).stdout).toBe('awake\n');
    await until(async () => (await stateOf(workspace, 0)) === 'exited');
    await until(async () => (await stateOf(workspace, 1)) === 'gone');
    expect((await finish(await workspace.sh('echo up'))).stdout).toBe('up\n');
  });

  it('are made anew when what they are made from changes', async () => {
    const all = await begin();
    const workspace = await all.workspace();
    await finish(await workspace.sh('echo kept > file; touch /tmp/gone'));
    const { Id } = await workspace.inspect();
    expect((await finish(await workspace.sh('ls /tmp'))).stdout).toBe('gone\n');
    expect((await workspace.inspect()).Id).toBe(Id);
    workspace.owner.container = { pids: 99, env: { GREETING: 'hello' } };
    expect((await finish(await workspace.sh('cat file; ls /tmp; echo $GREETING'))).stdout).toBe('kept\nhello\n');
    const after = await workspace.inspect();
    expect(after.Id).not.toBe(Id);
    expect(after.HostConfig.PidsLimit).toBe(99);
  });

  it('come back when somebody stopped, killed or removed them', async () => {
    const all = await begin();
    const workspace = await all.workspace();
    const container = () => docker.getContainer(`aicode-${workspace.id}-0`);
    await finish(await workspace.sh('true'));
    for (const harm of [
      () => container().kill(),
      () => container().pause(),
      () => container().remove({ force: true }),
    ]) {
      await harm();
      expect((await finish(await workspace.sh('echo back'))).stdout).toBe('back\n');
    }
  });

  it('tell of a container that dies under a program', async () => {
    const all = await begin();
    const workspace = await all.workspace();
    const running = await workspace.sh('echo ready; sleep 1000');
    await once(running.stdout, 'data');
    await docker.getContainer(`aicode-${workspace.id}-0`).kill();
    expect(await running.exited).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect((await finish(await workspace.sh('echo next'))).stdout).toBe('next\n');
  });

  it('stop when the disk of the workspace is full, and say so', async () => {
    const all = await begin({ disk_check_every: 100 });
    const workspace = await all.workspace({ disk: 32 * 1024 ** 2 });
    const told: (string | null)[] = [];
    await all.service.context.events.subscribe(containerChanged, ({ event, reason }) => {
      if (event === 'disk_full') told.push(reason);
    });
    const running = await workspace.sh('head -c 50000000 /dev/urandom > big; sleep 1000');
    expect(await finish(running)).toMatchObject({ code: null, signal: 'SIGKILL', reason: 'disk_full' });
    await until(async () => (await stateOf(workspace)) === 'exited');
    expect((await rpcOf(all).stats(workspace.owner)).containers[0]?.reason).toContain('more than the 32 MB');
    await until(() => told.length > 0);
    expect(told[0]).toContain('raise its disk limit');
    expect((await finish(await workspace.sh('rm big; echo deleted'))).stdout).toBe('deleted\n');
  });

  it('go when their workspace is none any more, and nobody uses them', async () => {
    const all = await begin();
    const [kept, lost, used] = [await all.workspace(), await all.workspace(), await all.workspace()];
    await Promise.all([kept, lost].map(async (workspace) => finish(await workspace.sh('true'))));
    const running = await used.sh('sleep 1000');
    for (let times = 0; times < 2; times += 1) await rpcOf(all).retain({ workspace_ids: [kept.id] });
    expect(await Promise.all([kept, lost, used].map((workspace) => stateOf(workspace)))).toEqual([
      'running',
      'gone',
      'running',
    ]);
    await running.kill();
  });
});

describe('a docker-manager that comes back', () => {
  it('takes its containers over, and ends what runs in them', async () => {
    const all = await begin();
    const workspace = await all.workspace();
    await finish(await workspace.sh('true'));
    const { Id } = await workspace.inspect();
    await all.service.stop();
    expect(await stateOf(workspace)).toBe('exited');
    // As a killed service leaves it: with programs that run.
    await docker.getContainer(Id).start();
    const mark = word();
    const exec = await docker.getContainer(Id).exec({ Cmd: ['sh', '-c', `: ${mark}; sleep 1000`], User: '4321:4321' });
    (await exec.start({ Detach: true })).resume();
    await until(async () => (await workspace.processes()).length > 0);
    await docker.getContainer(Id).pause();
    await all.restart();
    expect((await finish(await workspace.sh('echo mine'))).stdout).toBe('mine\n');
    expect((await workspace.inspect()).Id).toBe(Id);
    expect(await workspace.processes()).toEqual([]);
  });

  it('removes what is left of looks at images', async () => {
    const all = await begin();
    const workspace = await all.workspace();
    await finish(await workspace.sh('true'));
    const { Config } = await workspace.inspect();
    await all.service.stop();
    const left = await docker.createContainer({
      Image: Config.Image,
      Labels: { [labels.home]: Config.Labels[labels.home] ?? '', [labels.check]: 'image' },
    });
    await all.restart();
    await until(async () => (await left.inspect().catch(() => undefined)) === undefined);
  });
});

describe('what is refused', () => {
  it.each([
    ['a directory outside', { cwd: '/etc' }, 'executor.refused'],
    ['a directory with ..', { cwd: '/workspace/../etc' }, 'executor.refused'],
    ['a NUL', { args: ['a\0b'] }, 'executor.refused'],
  ])('%s', async (_, options, code) => {
    const all = await begin();
    const workspace = await all.workspace();
    await expect(workspace.exec('true', options)).rejects.toMatchObject({ code });
  });

  it('an image that is not there, with the command that gets it', async () => {
    const all = await begin();
    const workspace = await all.workspace({ image: 'nosuch/image:1' });
    await expect(workspace.sh('true')).rejects.toMatchObject({
      code: 'container.image_missing',
      message: expect.stringContaining('docker pull nosuch/image:1'),
    });
  });

  it('a project that is not of the workspace and not allowed, and one of root', async () => {
    const all = await begin();
    const workspace = await all.workspace();
    const rpc = rpcOf(all);
    const open = (project_path: string) => rpc.start({ ...workspace.owner, project_path });
    await expect(open('/etc')).rejects.toMatchObject({ code: 'workspace.path_not_allowed' });
    const other = await all.workspace();
    await expect(open(other.project)).rejects.toMatchObject({ code: 'workspace.path_not_allowed' });
    await expect(rpc.start({ ...workspace.owner, workspace_id: newId('workspace') })).rejects.toMatchObject({
      code: 'workspace.path_not_allowed',
    });
  });
});
