import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';

import { authRpc } from '@aicode/contracts';
import { openDatabase } from '@aicode/database';
import { homePaths } from '@aicode/service-kit';
import { startRedis, tempDir } from '@aicode/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { authEntities } from './auth.module.js';
import { consoleOf, setupTokenIn } from './fixtures/console.js';
import { runAuth, type RunningAuth } from './fixtures/running-auth.js';
import { makeLocalAdmin } from './first-admin.js';
import { SetupLinkEntity } from './setup-link.entity.js';
import { UserEntity } from './user.entity.js';

const password = 'a long enough password';

describe('the first administrator', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let home: Awaited<ReturnType<typeof tempDir>>;
  let file: string;
  let running: RunningAuth | undefined;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis.stop();
  });
  beforeEach(async () => {
    home = await tempDir();
    file = homePaths(home.path).adminCredential;
  });
  afterEach(async () => {
    await stop();
    await home.remove();
  });

  /** Starts the service, in place of the one that runs. */
  async function start(first_admin: 'local' | 'link'): Promise<{ auth: RunningAuth; output: string }> {
    await stop();
    const { result, output } = await consoleOf(() =>
      runAuth({ home: home.path, redisUrl: redis.url }, { first_admin }),
    );
    running = result;
    return { auth: result, output };
  }

  async function stop(): Promise<void> {
    await running?.stop();
    running = undefined;
  }

  async function credential(): Promise<{ username: string; password: string }> {
    return JSON.parse(await readFile(file, 'utf8')) as { username: string; password: string };
  }

  async function signIn(auth: RunningAuth): Promise<unknown> {
    const { username, password: secret } = await credential();
    return auth.login(username, secret);
  }

  const users = (auth: RunningAuth): Promise<UserEntity[]> =>
    auth.auth.database.read((manager) => manager.find(UserEntity));

  describe('local', () => {
    it('is made with a credential file that only the owner reads, and signs in with it', async () => {
      const { auth, output } = await start('local');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await credential()).toEqual({ username: 'admin', password: expect.stringMatching(/^[\w-]{43}$/) });
      await expect(signIn(auth)).resolves.toMatchObject({ user: { username: 'admin', role: 'admin' } });
      expect(output).toBe('');
      expect(auth.logged()).toContain(file);
      expect(auth.logged()).not.toContain((await credential()).password);
    });

    it('is not made again, and a file that the owner removed stays removed', async () => {
      await start('local');
      const before = await credential();
      const again = await start('local');
      expect(await credential()).toEqual(before);
      await rm(file);
      const third = await start('local');
      await expect(credential()).rejects.toMatchObject({ code: 'ENOENT' });
      expect(await users(third.auth)).toHaveLength(1);
      expect(again.output).toBe('');
      await expect(third.auth.login(before.username, before.password)).resolves.toBeDefined();
    });

    it('goes on with the file of a start that ended before the row was written', async () => {
      const database = await openDatabase({ url: `sqlite:${homePaths(home.path).database}`, entities: authEntities });
      await database.close();
      await expect(makeLocalAdmin(database, file)).rejects.toThrow();
      const left = await credential();
      const { auth } = await start('local');
      expect(await credential()).toEqual(left);
      await expect(signIn(auth)).resolves.toBeDefined();
    });

    it.each([
      ['is empty', async () => writeFile(file, '', { mode: 0o600 })],
      ['is cut short', async () => writeFile(file, '{"username":"admin","pass', { mode: 0o600 })],
      ['names somebody else', async () => writeFile(file, '{"username":"eve","password":"x"}', { mode: 0o600 })],
      [
        'was readable by others',
        async () => {
          await writeFile(file, '{"username":"admin","password":"known"}');
          await chmod(file, 0o644);
        },
      ],
    ])('replaces a file that %s', async (_what, prepare) => {
      await prepare();
      const { auth } = await start('local');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await credential()).password).toHaveLength(43);
      await expect(signIn(auth)).resolves.toMatchObject({ user: { username: 'admin' } });
    });
  });

  describe('link', () => {
    it('is printed on the console, and its token is nowhere else', async () => {
      const { auth, output } = await start('link');
      const token = setupTokenIn(output);
      expect(output).toContain(`http://127.0.0.1:7780/setup?token=${token}`);
      const rows = await auth.auth.database.read((manager) => manager.find(SetupLinkEntity));
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(token);
      expect(auth.logged()).not.toBe('');
      expect(await users(auth)).toEqual([]);
      await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(auth.setup(token, 'ada', password)).resolves.toMatchObject({ user: { role: 'admin' } });
      expect(auth.logged()).not.toContain(token);
    });

    it('is replaced by the next start', async () => {
      const old = setupTokenIn((await start('link')).output);
      const { auth, output } = await start('link');
      await expect(auth.setup(old, 'ada', password)).rejects.toMatchObject({ code: 'auth.setup_link_invalid' });
      await expect(auth.setup(setupTokenIn(output), 'ada', password)).resolves.toBeDefined();
    });

    it('is no longer offered once there is an administrator, and none is made beside them', async () => {
      const first = await start('link');
      await first.auth.setup(setupTokenIn(first.output), 'ada', password);
      expect((await start('link')).output).toBe('');
      const { auth } = await start('local');
      expect((await users(auth)).map(({ username }) => username)).toEqual(['ada']);
      await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });

  it('keys survive a restart: a token of before is verified by the key of after', async () => {
    const before = await start('local');
    const { kid } = before.auth.auth.signing.publicJwk;
    const sealed = await before.auth.seal(await credential());
    const { auth } = await start('local');
    expect(auth.auth.signing.publicJwk.kid).toBe(kid);
    expect(auth.auth.sealing.publicJwk.kid).not.toBe(kid);
    const rpc = auth.service.context.rpc.client(authRpc);
    await expect(rpc.login({ sealed, origin: { address: '::1', user_agent: null } })).resolves.toBeDefined();
    const { jwtKey, sealKey } = homePaths(home.path);
    for (const key of [jwtKey, sealKey]) expect((await stat(key)).mode & 0o777).toBe(0o600);
  });
});
