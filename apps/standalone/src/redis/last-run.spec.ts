import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { needsRecovery, readLastRun, writeLastRun, type LastRun } from './last-run.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/last-');
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (state: LastRun['state']): LastRun => ({ state, address: { port: 1 } });

describe('when the append-only file must be repaired', () => {
  it('is never without such a file', () => {
    for (const last of [null, run('clean'), run('running'), run('recovering')]) {
      expect(needsRecovery(folder, last)).toBe(false);
    }
    mkdirSync(join(folder, 'appendonlydir'));
    expect(needsRecovery(folder, run('running'))).toBe(false);
  });

  it.each([
    ['clean', false],
    ['running', true],
    ['recovering', true],
    [null, true],
  ] as const)('after %s: %s, for the one file of Redis 6 and the parts of 7', (state, expected) => {
    const last = state && run(state);
    writeFileSync(join(folder, 'appendonly.aof'), '');
    expect(needsRecovery(folder, last)).toBe(expected);
    rmSync(join(folder, 'appendonly.aof'));
    mkdirSync(join(folder, 'appendonlydir'));
    writeFileSync(join(folder, 'appendonlydir', 'appendonly.aof.manifest'), '');
    expect(needsRecovery(folder, last)).toBe(expected);
  });

  it('takes a record that cannot be read for none', async () => {
    const file = join(folder, 'last-run.json');
    expect(readLastRun(file)).toBeNull();
    await writeLastRun(file, run('clean'));
    expect(readLastRun(file)).toEqual(run('clean'));
    writeFileSync(file, '{"state":"clean"}');
    expect(readLastRun(file)).toBeNull();
  });
});
