import { tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { acquireFileLock, tryAcquireFileLock } from './file-lock.js';
import { startChild, type Child } from './fixtures/child.js';

describe('a file lock', () => {
  let dir: TempDir;
  let child: Child | undefined;
  beforeEach(async () => {
    dir = await tempDir('lock');
  });
  afterEach(async () => {
    await child?.kill();
    child = undefined;
    await dir.remove();
  });

  it('has one holder, and is free after release', async () => {
    const path = `${dir.path}/home.lock`;
    const lock = await tryAcquireFileLock(path);
    expect(lock).toMatchObject({ path });
    expect(await tryAcquireFileLock(path)).toBeNull();
    await lock?.release();
    await lock?.release();
    const again = await tryAcquireFileLock(path);
    expect(again).not.toBeNull();
    await again?.release();
  });

  it('is free when its holder was killed with -9, and not before', async () => {
    const path = `${dir.path}/home.lock`;
    child = startChild('lock-holder.ts', [path]);
    expect(await child.next()).toBe('held');
    expect(await tryAcquireFileLock(path)).toBeNull();
    const waiting = acquireFileLock(path, { wait: 20_000 });
    await child.kill();
    await (await waiting).release();
  });

  it('can be waited for only so long', async () => {
    const path = `${dir.path}/home.lock`;
    const lock = await acquireFileLock(path);
    await expect(acquireFileLock(path, { wait: 30 })).rejects.toMatchObject({ code: 'storage.busy' });
    const abort = new AbortController();
    const waiting = acquireFileLock(path, { signal: abort.signal });
    abort.abort(new Error('stopping'));
    await expect(waiting).rejects.toThrow('stopping');
    await lock.release();
  });

  it('says what is wrong where it cannot be', async () => {
    await expect(tryAcquireFileLock(dir.path)).rejects.toMatchObject({ code: 'storage.unavailable' });
    await expect(tryAcquireFileLock(`${dir.path}/missing/home.lock`)).rejects.toThrow('directory');
  });
});
