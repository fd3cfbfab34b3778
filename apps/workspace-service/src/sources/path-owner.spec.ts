import { describe, expect, it } from '@jest/globals';

import { ownerProblem } from './path-owner.js';

const account = (uid: number, gid = uid) => ({ uid, gid });

describe('the owner of a local path', () => {
  it.each([
    ['anybody, where the platform is root', account(1000), account(0)],
    ['ourselves', account(1000), account(1000)],
  ])('may be %s', (_, owner, platform) => {
    expect(ownerProblem(owner, platform, 10_001, '/srv/p')).toBeNull();
  });

  it.each([
    ['root, where the platform is root', account(0), account(0), '/srv/p', /root.*: chown -R 10001:10001 \/srv\/p$/],
    ['root', account(0), account(7, 8), '/srv/p', /root.*: sudo chown -R 7:8 \/srv\/p$/],
    ['another user', account(9), account(7, 8), '/srv/p', /user 9, but .* as user 7 .*: sudo chown -R 7:8 \/srv\/p$/],
    ['root, of a path for a shell', account(0), account(0), "/it's $(me)", / '\/it'\\''s \$\(me\)'$/],
  ])('may not be %s, and the command that mends it is said', (_, owner, platform, path, message) => {
    expect(ownerProblem(owner, platform, 10_001, path)).toMatch(message);
  });
});
