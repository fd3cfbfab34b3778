import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { findHolder, isAlive } from './holder.js';
import { redisFiles } from './redis-files.js';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holder-'));
});
afterEach(async () => {
  if (child && child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  child = undefined;
  rmSync(folder, { recursive: true });
});

describe('who holds the files', () => {
  it('is nobody, nor any program that only stands in the folder', async () => {
    child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1e6)', 'redis-server'], {
      cwd: folder,
    });
    if (child.stdout) await once(child.stdout, 'data');
    expect(findHolder(redisFiles({ redisDir: folder, runDir: folder }))).toBeNull();
  });

  it('lives or does not', async () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(1)).toBe(true);
    child = spawn(process.execPath, ['-e', '']);
    const pid = child.pid ?? 0;
    await once(child, 'exit');
    expect(isAlive(pid)).toBe(false);
  });
});
