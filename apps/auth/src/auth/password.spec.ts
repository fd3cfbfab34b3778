import { describe, expect, it } from '@jest/globals';

import { hashPassword, passwordMatches, preparePasswordCheck } from './password.js';

describe('passwords', () => {
  it('are argon2id with a salt of their own and the cost that OWASP names', async () => {
    const [one, two] = await Promise.all([hashPassword('same'), hashPassword('same')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
  });

  it('match their own hash only, and never an absent one', async () => {
    await preparePasswordCheck();
    const stored = await hashPassword('right');
    await expect(passwordMatches(stored, 'right')).resolves.toBe(true);
    await expect(passwordMatches(stored, 'wrong')).resolves.toBe(false);
    await expect(passwordMatches(undefined, 'right')).resolves.toBe(false);
  });

  it('take as long to refuse for an absent hash as for a wrong password', async () => {
    await preparePasswordCheck();
    const stored = await hashPassword('right');
    const known = await leastTime(() => passwordMatches(stored, 'wrong'));
    const unknown = await leastTime(() => passwordMatches(undefined, 'wrong'));
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });
});

/** Milliseconds of the fastest of twenty: what the work itself takes, whatever else the machine does. */
async function leastTime(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 20; i += 1) {
    const begun = performance.now();
    await work();
    least = Math.min(least, performance.now() - begun);
  }
  return least;
}
