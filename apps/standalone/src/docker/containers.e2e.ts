import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { processesIn, until } from '@aicode/testing';
import { describe, expect, it } from '@jest/globals';

import { oneTo, seqs, usePlatform } from '../fixtures/e2e-stack.js';

const platform = usePlatform({ docker: true, env: { AICLI_RUNNER_MAX_SESSIONS: '4' } });

describe('workspaces in containers', () => {
  it('do the main job with the real Claude CLI inside', async () => {
    const workspace = await platform.ready('boxed');
    const task = await platform.task(
      workspace,
      '#write hello.txt hello from the container\n#bash cat hello.txt; cat /proc/1/comm\n#say It is written.',
    );
    const { entries, end } = await platform.read(task.id);
    expect(end).toMatchObject({ state: 'succeeded', attempt: 1, reason: null });
    expect(end.usage?.output_tokens).toBeGreaterThan(0);
    expect(seqs(entries)).toEqual(oneTo(entries.length));
    expect(JSON.stringify(entries)).toContain('docker-init');
    expect(await readFile(join(workspace.project_path, 'hello.txt'), 'utf8')).toBe('hello from the container');
  });

  it('run two workspaces at the same time, each in its own container', async () => {
    const one = await platform.ready('one');
    const two = await platform.ready('two');
    const command = (name: string) => `#bash echo ${name} > who.txt\n#gate both-${name}\n#say ${name}`;
    const tasks = [await platform.task(one, command('one')), await platform.task(two, command('two'))];
    await platform.stack.model.waitForGate('both-one', { timeoutMs: 60_000 });
    await platform.stack.model.waitForGate('both-two', { timeoutMs: 60_000 });
    const running = await Promise.all([one, two].map(async ({ id }) => platform.client.workspaces.stats({ id })));
    expect(running.map(({ containers }) => containers.filter(({ busy }) => busy).length)).toEqual([1, 1]);
    for (const name of ['both-one', 'both-two']) platform.stack.model.release(name);
    for (const { id } of tasks) expect(await platform.untilFinal(id)).toMatchObject({ state: 'succeeded' });
    expect(await readFile(join(one.project_path, 'who.txt'), 'utf8')).toBe('one\n');
    expect(await readFile(join(two.project_path, 'who.txt'), 'utf8')).toBe('two\n');
  });

  it('end every process of a task within 2 s of its cancel, in the middle of a command', async () => {
    const workspace = await platform.ready('cancelled');
    const task = await platform.task(
      workspace,
      `#bash (setsid bash -c 'trap "" TERM; sleep 5151' >/dev/null 2>&1 &); echo begun > begun.txt; sleep 6161\n#say never`,
    );
    await until(() => readFile(join(workspace.project_path, 'begun.txt'), 'utf8').catch(() => ''), 60_000);
    const [container] = await platform.containers(workspace.id);
    const processes = async (): Promise<string> => (container ? processesIn(container) : '');
    expect(await processes()).toMatch(/sleep 5151/);
    const begun = performance.now();
    await platform.client.tasks.cancel({ id: task.id });
    await until(async () => !/sleep \d|claude/.test(await processes()));
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(await platform.untilFinal(task.id)).toMatchObject({ state: 'cancelled' });
  });

  it('are stopped and started again, with their files; a person sees what they use', async () => {
    const workspace = await platform.ready('paused', { cpu: 0.5, memory: '256m' });
    const started = await platform.client.workspaces.start({ id: workspace.id });
    expect(started.containers).toMatchObject([
      { room: 0, state: 'running', busy: false, memory_limit: 256 * 1024 ** 2 },
    ]);
    const first = await platform.task(workspace, '#bash echo kept > kept.txt\n#say kept');
    await platform.untilFinal(first.id);
    const stopped = await platform.client.workspaces.stop({ id: workspace.id });
    expect(stopped.containers.map(({ state }) => state)).toEqual(['stopped']);
    const second = await platform.task(workspace, '#bash cat kept.txt > again.txt\n#say again');
    expect(await platform.untilFinal(second.id)).toMatchObject({ state: 'succeeded' });
    expect(await readFile(join(workspace.project_path, 'again.txt'), 'utf8')).toBe('kept\n');
    const stats = await platform.client.workspaces.stats({ id: workspace.id });
    expect(stats).toMatchObject({ executor: 'docker', disk: { mechanism: 'loop' } });
    // A file system needs some of its disk for itself.
    expect(stats.disk.limit / 1024 ** 3).toBeGreaterThan(9.5);
    expect(stats.disk.limit / 1024 ** 3).toBeLessThan(10);
    expect(stats.containers[0]).toMatchObject({ state: 'running', pids_limit: 512 });
    expect(stats.containers[0]?.memory).toBeGreaterThan(0);
  });

  it('have their settings in the container, changed ones from its next start', async () => {
    const workspace = await platform.ready('settings', {
      cpu: 0.5,
      memory: '128m',
      pids: 64,
      env: { COLOUR: 'green' },
    });
    const ask = async (): Promise<string> => {
      const task = await platform.task(
        workspace,
        '#bash echo $COLOUR $(cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null) > said.txt\n#say said',
      );
      expect(await platform.untilFinal(task.id)).toMatchObject({ state: 'succeeded' });
      return readFile(join(workspace.project_path, 'said.txt'), 'utf8');
    };
    await platform.client.workspaces.update({ id: workspace.id, container: { memory: '512m' } });
    expect(await ask()).toBe(`green ${512 * 1024 ** 2}\n`);
    await platform.client.workspaces.update({ id: workspace.id, container: { memory: '640m', env: null } });
    expect(await ask()).toBe(`${640 * 1024 ** 2}\n`);
  });

  it('run a person’s program beside a task, and neither ends the other', async () => {
    const workspace = await platform.ready('shared');
    const task = await platform.task(workspace, '#bash echo at work > work.txt\n#gate shell\n#say done');
    await platform.stack.model.waitForGate('shell', { timeoutMs: 60_000 });
    const exec = await platform.exec(workspace, ['sh', '-c', 'cat work.txt; read line; echo "got $line"; exit 7']);
    exec.stdin.end('from outside\n');
    let said = '';
    for await (const chunk of exec.stdout) said += String(chunk);
    expect(said).toBe('at work\ngot from outside\n');
    expect(await exec.exited).toEqual({ code: 7, signal: null, reason: null });
    platform.stack.model.release('shell');
    expect(await platform.untilFinal(task.id)).toMatchObject({ state: 'succeeded' });
  });

  it.each(['allowlist', 'open'] as const)('do the main job under the network policy %s, too', async (network) => {
    const workspace = await platform.ready(`net-${network}`, { network, allow: ['preset:npm'] });
    const task = await platform.task(
      workspace,
      '#bash curl -sS -o /dev/null -m 5 https://not-allowed.example/ > curl.txt 2>&1; echo $? >> curl.txt\n#say tried',
    );
    expect(await platform.untilFinal(task.id)).toMatchObject({ state: 'succeeded' });
    const said = await readFile(join(workspace.project_path, 'curl.txt'), 'utf8');
    expect(said).toMatch(/[1-9]\d*\n$/);
    if (network === 'open') return;
    expect(said).toContain('403');
    const { containers } = await platform.client.workspaces.stats({ id: workspace.id });
    expect(containers[0]?.egress_refused).toBeGreaterThan(0);
  });

  it('are gone with their workspace', async () => {
    const workspace = await platform.ready('deleted');
    const task = await platform.task(workspace, '#bash echo here\n#say here');
    await platform.untilFinal(task.id);
    expect(await platform.containers(workspace.id)).toHaveLength(1);
    await platform.client.workspaces.delete({ id: workspace.id, force: 'true' });
    await until(async () => (await platform.containers(workspace.id)).length === 0);
  });

  it('survive a kill -9 of the platform: what ran is swept, the container is taken up, the task goes on', async () => {
    const workspace = await platform.ready('adopted');
    const task = await platform.task(
      workspace,
      `#bash (setsid sleep 7171 >/dev/null 2>&1 &); echo before\n#gate adopted\n#say after`,
    );
    await platform.stack.model.waitForGate('adopted', { timeoutMs: 60_000 });
    const [before] = await platform.containers(workspace.id);
    await platform.stack.process.kill('SIGKILL');
    await platform.stack.restart();
    platform.stack.model.release('adopted');
    const { entries, end } = await platform.read(task.id);
    expect(end).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(seqs(entries)).toEqual(oneTo(entries.length));
    const [after] = await platform.containers(workspace.id);
    expect(after?.id).toBe(before?.id);
    expect(after && (await processesIn(after))).not.toContain('7171');
  });
});
