import { dockerAt, until } from '@aicode/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';

import type { RunningContainer } from './cgroup-files.js';
import { ContainerSampler } from './sampler.js';

const host = process.env['AICODE_TEST_DOCKER_HOST'];
const withEngine = host === undefined ? describe.skip : describe;
const mib = 1024 ** 2;
const started: Docker.Container[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((container) => container.remove({ force: true })));
});

const engine = () => dockerAt(host ?? '');

async function run(script: string, limits: Docker.HostConfig = {}): Promise<RunningContainer> {
  const container = await engine().createContainer({
    Image: 'aicli/workspace:latest',
    Cmd: ['/bin/bash', '-c', script],
    Labels: { 'io.aicode.test': 'sampler' },
    HostConfig: { NetworkMode: 'none', Init: true, ...limits },
  });
  started.push(container);
  await container.start();
  return describeContainer(container);
}

async function describeContainer(container: Docker.Container): Promise<RunningContainer> {
  const { Id, State } = await container.inspect();
  return { id: Id, pid: State.Pid };
}

function sampler(proc?: string): ContainerSampler {
  const engineStats = (id: string) => engine().getContainer(id).stats({ stream: false });
  return new ContainerSampler({ engineStats, maxAge: 200, ...(proc === undefined ? {} : { proc }) });
}

withEngine('sampling containers of a real engine', () => {
  it('measures a busy loop against the CPU limit, from the second question on', async () => {
    const container = await run('while :; do :; done', { NanoCpus: 5e8 });
    const stats = sampler();
    expect((await stats.sample(container)).cpu_percent).toBeNull();
    const percent = await until(async () => {
      const { cpu_percent } = await stats.sample(container);
      return cpu_percent !== null && cpu_percent > 30 ? cpu_percent : null;
    });
    expect(percent).toBeLessThan(80);
  });

  it('measures memory and processes, as the engine does', async () => {
    const script = "x=$(head -c 60000000 /dev/zero | tr '\\0' x); for i in 1 2 3 4 5; do sleep 600 & done; wait";
    const container = await run(script);
    const stats = sampler();
    // init, bash, five sleeps
    const ours = await until(async () => {
      const figures = await stats.sample(container);
      return figures.pids === 7 ? figures : null;
    });
    expect(ours.memory).toBeGreaterThan(55 * mib);
    expect(ours.memory).toBeLessThan(200 * mib);
    expect([ours.net_rx, ours.net_tx]).toEqual([null, null]);
    const theirs = await sampler('/proc/nowhere').sample(container);
    expect(theirs.pids).toBe(7);
    expect(Math.abs((theirs.memory ?? 0) - (ours.memory ?? 0))).toBeLessThan(8 * mib);
    expect(theirs.cpu_percent).not.toBeNull();
  });

  it('counts what the kernel killed for want of memory, while the container lives', async () => {
    const eat = "until (x=$(head -c 200000000 /dev/zero | tr '\\0' x)); do :; done";
    const container = await run(`read -r -t 1 < <(sleep 5); ${eat}`, { Memory: 64 * mib, MemorySwap: 64 * mib });
    const stats = sampler();
    expect(await stats.oomKills(container)).toBe(0);
    await until(async () => ((await stats.oomKills(container)) ?? 0) > 0);
    expect((await stats.sample(container)).memory).not.toBeNull();
  });

  it('says nothing of a container that has ended, and finds it again when it runs', async () => {
    const container = await run('sleep 600');
    const stats = sampler();
    expect((await stats.sample(container)).memory).not.toBeNull();
    await started[0]?.kill();
    await until(async () => (await stats.sample(container)).memory === null);
    expect(await stats.oomKills(container)).toBeNull();
    await started[0]?.start();
    const [handle] = started;
    if (!handle) throw new Error('It was not started.');
    const again = await describeContainer(handle);
    expect((await stats.sample(again)).memory).not.toBeNull();
    expect((await stats.sample({ id: again.id, pid: 0 })).memory).toBeNull();
  });
});
