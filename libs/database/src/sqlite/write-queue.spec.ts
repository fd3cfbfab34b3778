import { describe, expect, it } from '@jest/globals';

import { WriteQueue } from './write-queue.js';

describe('the queue of writers', () => {
  it('lets one work at a time, in the order of arrival, failures or not', async () => {
    const queue = new WriteQueue();
    const steps: string[] = [];
    const writer = (name: string, fails = false) =>
      queue.run(async () => {
        steps.push(`${name} begins`);
        await Promise.resolve();
        steps.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      }, 1000);
    const answers = await Promise.allSettled([writer('a'), writer('b', true), writer('c')]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('gives up a place whose turn does not come in time, and only that', async () => {
    const queue = new WriteQueue();
    let finish = (): void => undefined;
    const first = queue.run(() => new Promise<void>((resolve) => (finish = resolve)), 1000);
    const impatient = queue.run(() => Promise.resolve('never'), 1);
    const patient = queue.run(() => Promise.resolve('done'), 10_000);
    await expect(impatient).rejects.toMatchObject({ code: 'storage.busy' });
    finish();
    await first;
    expect(await patient).toBe('done');
    expect(await queue.run(() => Promise.resolve('free again'), 1)).toBe('free again');
  });
});
