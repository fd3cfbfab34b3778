import { chmod, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { replaceText, whileLocked } from '../private-file.js';
import { readLocalAdmin } from './local-admin.js';
import { SessionStore } from './session-file.js';

let dir: TempDir;
beforeEach(async () => {
  dir = await tempDir('cli');
});
afterEach(() => dir.remove());
const path = () => join(dir.path, 'home', 'cli.json');

const session = (token: string) => ({
  access_token: token,
  expires_at: '2026-01-01T00:00:00.000Z',
  refresh_token: 'r',
  user: {
    id: `user_${'0'.repeat(26)}`,
    username: 'ada',
    role: 'admin' as const,
    created_at: '2026-01-01T00:00:00.000Z',
  },
});

describe('SessionStore', () => {
  it('keeps a session for each server, for its owner alone', async () => {
    const store = new SessionStore(path());
    expect(await store.storage('http://a').read()).toBeNull();
    await store.storage('http://a').write(session('1'));
    await store.storage('http://b').write(session('2'));
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect((await stat(join(dir.path, 'home'))).mode & 0o777).toBe(0o700);
    expect((await new SessionStore(path()).storage('http://a').read())?.access_token).toBe('1');
    await store.storage('http://a').write(null);
    expect(await store.storage('http://a').read()).toBeNull();
    expect((await store.storage('http://b').read())?.access_token).toBe('2');
  });

  it('loses nothing when many change it at once', async () => {
    const servers = Array.from({ length: 20 }, (_, index) => `http://s${index}`);
    await Promise.all(servers.map((server) => new SessionStore(path()).storage(server).write(session(server))));
    const kept = await Promise.all(servers.map((server) => new SessionStore(path()).storage(server).read()));
    expect(kept.map((one) => one?.access_token)).toEqual(servers);
  });

  it('lets one at a time renew a session, and write while it does', async () => {
    const storage = new SessionStore(path()).storage('http://a');
    let inside = 0;
    let most = 0;
    const renew = () =>
      storage.exclusively?.(async () => {
        most = Math.max(most, ++inside);
        await storage.write(session('x'));
        inside -= 1;
      });
    await Promise.all([renew(), renew(), renew()]);
    expect(most).toBe(1);
  });

  it('remembers the server, and where somebody signed out', async () => {
    const store = new SessionStore(path());
    expect(await store.server()).toBeNull();
    await store.setServer('http://a');
    await store.setSignedOut('http://a', true);
    await store.setSignedOut('http://a', true);
    expect([await store.server(), await store.isSignedOut('http://a'), await store.isSignedOut('http://b')]).toEqual([
      'http://a',
      true,
      false,
    ]);
    await store.setSignedOut('http://a', false);
    expect(await store.isSignedOut('http://a')).toBe(false);
  });

  it.each(['', '{', '[]', '{"sessions":{"http://a":{"access_token":1}},"server":7}'])(
    'takes the damaged file %j as none',
    async (text) => {
      await replaceText(path(), text);
      const store = new SessionStore(path());
      expect(await store.server()).toBeNull();
      expect(await store.storage('http://a').read()).toBeNull();
    },
  );
});

describe('a lock', () => {
  it('of a process that died is taken over', async () => {
    await writeFile(join(dir.path, 'x.lock'), '');
    const long = new Date(Date.now() - 60_000);
    await utimes(join(dir.path, 'x.lock'), long, long);
    expect(await whileLocked(join(dir.path, 'x'), () => Promise.resolve('mine'))).toBe('mine');
  });
});

describe('replaceText', () => {
  it('says what is wrong with a place where it can not write', async () => {
    await writeFile(join(dir.path, 'file'), '');
    await expect(replaceText(join(dir.path, 'file', 'below'), 'x')).rejects.toMatchObject({
      code: 'platform.start_failed',
    });
  });
});

describe('readLocalAdmin', () => {
  const admin = { username: 'admin', password: 'secret' };
  const file = () => join(dir.path, 'admin.json');

  it('reads what the platform left', async () => {
    await writeFile(file(), JSON.stringify(admin), { mode: 0o600 });
    expect(await readLocalAdmin(file())).toEqual(admin);
    expect(await readFile(file(), 'utf8')).toContain('secret');
  });

  it('reads nothing that others could have read or written, nothing torn, nothing that is not there', async () => {
    await writeFile(file(), JSON.stringify(admin), { mode: 0o600 });
    await chmod(file(), 0o640);
    expect(await readLocalAdmin(file())).toBeNull();
    await writeFile(file(), '{"username":', { mode: 0o600 });
    await chmod(file(), 0o600);
    expect(await readLocalAdmin(file())).toBeNull();
    expect(await readLocalAdmin(join(dir.path, 'none'))).toBeNull();
  });
});
