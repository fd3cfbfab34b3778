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
});
