import { describe, expect, it } from '@jest/globals';

import { processesNaming } from './left-behind.js';
import { until } from './until.js';

describe('until', () => {
  it('gives the first thing that is there', async () => {
    let looks = 0;
    expect(await until(() => ((looks += 1) === 3 ? 'here' : null))).toBe('here');
    expect(looks).toBe(3);
  });

  it('gives up after its time, and says on what', async () => {
    await expect(until(() => Promise.resolve(false), 30)).rejects.toThrow(/within 30 ms: .*Promise/);
  });

  it('sees no process that names what none does', () => {
    expect(processesNaming(`none-${process.hrtime.bigint()}`)).toEqual([]);
  });
});
