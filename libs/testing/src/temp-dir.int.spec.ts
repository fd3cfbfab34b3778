import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { mountsBelow, tempDir } from './temp-dir.js';

const whenRoot = process.geteuid?.() === 0 ? it : it.skip;

describe('a temporary directory', () => {
  it('goes with all that is in it, and does nothing the second time', async () => {
    const dir = await tempDir('td');
    await writeFile(join(dir.path, 'file'), '');
    await dir.remove();
    expect(existsSync(dir.path)).toBe(false);
    await dir.remove();
  });

  whenRoot('unmounts what is mounted below it first, so that nothing beyond is deleted', async () => {
    const outside = await tempDir('td-outside');
    const dir = await tempDir('td');
    await writeFile(join(outside.path, 'kept'), '');
    const inside = join(dir.path, 'a b', 'c');
    await mkdir(inside, { recursive: true });
    execFileSync('mount', ['--bind', outside.path, inside]);
    const busy = spawn('sleep', ['60'], { cwd: inside });
    try {
      expect(await mountsBelow(dir.path)).toEqual([inside]);
      await dir.remove();
      expect([existsSync(dir.path), await mountsBelow(dir.path)]).toEqual([false, []]);
      expect(await readdir(outside.path)).toEqual(['kept']);
    } finally {
      busy.kill('SIGKILL');
      await dir.remove();
      await outside.remove();
    }
  });
});
