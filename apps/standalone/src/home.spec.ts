import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { claimHome } from './home.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/home-');
});
afterEach(() => rmSync(folder, { recursive: true }));

const mode = (path: string): number => statSync(path).mode & 0o777;

describe('the home', () => {
  it('is made closed to others, with its private folders', () => {
    const home = join(folder, 'a/b');
    claimHome(home, [join(home, 'secrets'), join(home, 'data/redis')]);
    expect([home, join(home, 'secrets'), join(home, 'data/redis')].map(mode)).toEqual([0o700, 0o700, 0o700]);
  });

  it('is closed where it is too open: nobody else writes there, nobody looks into private folders', () => {
    mkdirSync(join(folder, 'secrets'));
    chmodSync(join(folder, 'secrets'), 0o755);
    chmodSync(folder, 0o777);
    claimHome(folder, [join(folder, 'secrets')]);
    expect([folder, join(folder, 'secrets')].map(mode)).toEqual([0o755, 0o700]);
  });

  it('says what to do when it cannot be used', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => claimHome(join(folder, 'file', 'home'), [])).toThrow(
      expect.objectContaining({ code: 'platform.start_failed', message: expect.stringContaining('ENOTDIR') }),
    );
  });
});
