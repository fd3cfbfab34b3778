import { until } from '@aicode/testing';
import { describe, expect, it } from '@jest/globals';

import { ContainerSampler } from './sampler.js';

const container = { id: 'a'.repeat(64), pid: 1 };
const nothing = { cpu_percent: null, memory: null, pids: null, net_rx: null, net_tx: null };
const usage = { cpu_usage: { total_usage: 0 } };
const answer = (pids: number) => ({
  read: '2026-11-25T17:40:44Z',
  preread: '2026-11-25T17:40:43Z',
  cpu_stats: usage,
  precpu_stats: usage,
  memory_stats: { usage: 1 },
  pids_stats: { current: pids },
});

describe('a sampler whose engine is far away', () => {
  it('asks once for all who ask at the same time and shortly after', async () => {
    let asked = 0;
    const stats = new ContainerSampler({ engineStats: () => Promise.resolve(answer((asked += 1))), maxAge: 60_000 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => stats.sample(container)));
    expect([...answers, await stats.sample(container)].every(({ pids }) => pids === 1)).toBe(true);
    stats.forget(container.id);
    expect((await stats.sample(container)).pids).toBe(2);
    expect((await stats.sample({ ...container, pid: 2 })).pids).toBe(3);
  });

  it('asks again when the answer is old', async () => {
    let asked = 0;
    const stats = new ContainerSampler({ engineStats: () => Promise.resolve(answer((asked += 1))), maxAge: 1 });
    await until(async () => (await stats.sample(container)).pids === 3);
  });

  it.each([
    ['does not know it', () => Promise.reject(new Error('No such container'))],
    ['says something else', () => Promise.resolve({ message: 'hello' })],
  ])('knows nothing when the engine %s', async (_, engineStats) => {
    const stats = new ContainerSampler({ engineStats });
    expect(await stats.sample(container)).toEqual(nothing);
    expect(await stats.oomKills(container)).toBeNull();
  });

  it('does not ask about what does not run', async () => {
    const stats = new ContainerSampler({ engineStats: () => Promise.resolve(answer(1)) });
    expect(await stats.sample({ ...container, pid: 0 })).toEqual(nothing);
  });

  it('does not wait for ever', async () => {
    const stats = new ContainerSampler({ engineStats: () => new Promise(() => undefined), engineTimeout: 20 });
    expect(await stats.sample(container)).toEqual(nothing);
  });
});
