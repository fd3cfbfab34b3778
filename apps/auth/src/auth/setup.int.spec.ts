import { setTimeout as delay } from 'node:timers/promises';

import { authRpc } from '@aicode/contracts';
import { homePaths } from '@aicode/service-kit';
import { startPostgres, startRedis, tempDir } from '@aicode/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { readOrMakeAdminCredential } from './admin-credential.js';
import { consoleOf } from './fixtures/console.js';
import { makeLocalAdmin } from './first-admin.js';
import { runAuth, type RunningAuth } from './fixtures/running-auth.js';
import { hashOpaqueToken, newOpaqueToken } from './opaque-token.js';
import { RefreshTokenEntity } from './refresh-token.entity.js';
import { SessionEntity } from './session.entity.js';
import { newAdministrator } from './new-administrator.js';
import { useUpSetupLinks } from './setup-links.repository.js';
import { insertUser } from './users.repository.js';
import { SetupLinkEntity } from './setup-link.entity.js';
import { UserEntity } from './user.entity.js';

const password = 'a long enough password';
const hour = 3_600_000;

describe.each(['sqlite', 'postgres'])('setup on %s', (kind) => {
  const stops: (() => Promise<unknown>)[] = [];
  let running: RunningAuth;
  let token: string;
  let homePath: string;

  beforeAll(async () => {
    const redis = await startRedis();
    stops.unshift(() => redis.stop());
    const home = await tempDir();
    stops.unshift(() => home.remove());
    homePath = home.path;
    const postgres = kind === 'postgres' ? await startPostgres() : undefined;
    if (postgres) stops.unshift(() => postgres.stop());
    const place = { home: home.path, redisUrl: redis.url, databaseUrl: postgres?.url };
    running = (await consoleOf(() => runAuth(place, { first_admin: 'link' }))).result;
    stops.unshift(() => running.stop());
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });
  beforeEach(async () => {
    await running.auth.database.write(async (manager) => {
      for (const entity of [RefreshTokenEntity, SessionEntity, UserEntity, SetupLinkEntity]) {
        await manager.deleteAll(entity);
      }
    });
    token = await addLink(hour);
  });

  async function addLink(life: number): Promise<string> {
    const made = newOpaqueToken('setup');
    const link = {
      token_hash: hashOpaqueToken(made),
      created_at: new Date().toISOString(),
      expires_at: new Date(Date.now() + life).toISOString(),
      used_at: null,
    };
    await running.auth.database.write((manager) => manager.insert(SetupLinkEntity, link));
    return made;
  }

  const users = (): Promise<UserEntity[]> => running.auth.database.read((manager) => manager.find(UserEntity));

  async function somebodyWaits(): Promise<boolean> {
    const waiting =
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE%setup_links%'";
    const rows = await running.auth.database.read((manager) => manager.query<unknown[]>(waiting));
    return rows.length > 0;
  }

  it('makes an administrator, signed in, who can sign in again', async () => {
    const tokens = await running.setup(token, 'ada', password);
    expect(tokens.user).toMatchObject({ username: 'ada', role: 'admin' });
    await expect(running.refresh(tokens.refresh_token)).resolves.toMatchObject({ user: tokens.user });
    await expect(running.login('ada', password)).resolves.toMatchObject({ user: tokens.user });
  });

  it('is said to be needed until there is an administrator', async () => {
    const { setupState } = running.service.context.rpc.client(authRpc);
    expect(await setupState({})).toEqual({ needed: true });
    await running.setup(token, 'ada', password);
    expect(await setupState({})).toEqual({ needed: false });
  });

  it('works once', async () => {
    await running.setup(token, 'ada', password);
    await expect(running.setup(token, 'bob', password)).rejects.toMatchObject({ code: 'auth.setup_done' });
    await expect(running.setup(await addLink(hour), 'bob', password)).rejects.toMatchObject({
      code: 'auth.setup_done',
    });
    expect(await users()).toHaveLength(1);
  });

  it('refuses an unknown and a run-out token, and changes nothing', async () => {
    const late = await addLink(-1);
    for (const bad of [late, newOpaqueToken('setup')]) {
      await expect(running.setup(bad, 'ada', password)).rejects.toMatchObject({ code: 'auth.setup_link_invalid' });
    }
    expect(await users()).toEqual([]);
    await expect(running.setup(token, 'ada', password)).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it('refuses a weak password or a bad name, and the link still works', async () => {
    await expect(running.setup(token, 'ada', 'short')).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(running.setup(token, 'A B', password)).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(running.setup(token, 'ada', password)).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it('makes one administrator of many tries at once, with one link or several', async () => {
    const links = [token, await addLink(hour), await addLink(hour)];
    const tries = [...links, ...links].map((link, i) => running.setup(link, `user-${i}`, password));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(['auth.setup_done', 'auth.setup_link_invalid']).toContain((outcome.reason as { code: string }).code);
      }
    }
    expect(await users()).toHaveLength(1);
  });

  it('lets in nobody whose transaction began while another set-up was about to commit', async () => {
    const { database } = running.auth;
    const at = new Date().toISOString();
    let commit = (): void => undefined;
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const first = database.write(async (manager) => {
      await useUpSetupLinks(manager, at);
      await insertUser(manager, newAdministrator('ada', 'hash', at));
      begin();
      await mayCommit;
    });
    await begun;
    let settled = false;
    const second = running.setup(token, 'bob', password).finally(() => (settled = true));
    const refused = expect(second).rejects.toMatchObject({ code: expect.stringMatching(/^auth\.setup_/) });
    // On PostgreSQL it must be waiting for the row of the link; on SQLite the one writer has it wait by itself.
    while (kind === 'postgres' && !settled && !(await somebodyWaits())) await delay(5);
    commit();
    await first;
    await refused;
    expect((await users()).map(({ username }) => username)).toEqual(['ada']);
  });

  it('local: replicas that start together make one administrator, and the file fits', async () => {
    const { database } = running.auth;
    const { adminCredential } = homePaths(homePath);
    const made = await Promise.all([1, 2, 3].map(() => makeLocalAdmin(database, adminCredential)));
    expect(made.filter(Boolean)).toHaveLength(1);
    const { username, password: secret } = await readOrMakeAdminCredential(adminCredential);
    await expect(running.login(username, secret)).resolves.toMatchObject({ user: { role: 'admin' } });
  });
});
