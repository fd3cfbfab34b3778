import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startRedis, tempDir } from '@aicode/testing';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { authRpc } from '@aicode/contracts';

import { runAuth, type RunningAuth } from './fixtures/running-auth.js';

const password = 'a long enough password';
const invalid = expect.objectContaining({ code: 'auth.invalid_credentials' });
const throttled = expect.objectContaining({ code: 'auth.throttled' });

describe('login', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let home: Awaited<ReturnType<typeof tempDir>>;
  let running: RunningAuth;
  let users = 0;
  let username: string;

  beforeAll(async () => {
    redis = await startRedis();
    home = await tempDir();
    running = await runAuth({ home: home.path, redisUrl: redis.url }, { first_admin: 'local', max_failures: 3 });
  });
  afterAll(async () => {
    await running.stop();
    await redis.stop();
    await home.remove();
  });
  beforeEach(async () => {
    await running.service.context.redis.shared.flushdb();
    username = `user-${(users += 1)}`;
  });

  it('gives an access token that the published key verifies, and a refresh token', async () => {
    const userId = await running.addUser(username, password);
    const tokens = await running.login(username, password);
    const { signing } = await running.service.context.rpc.client(authRpc).keys({});
    const [jwk] = signing;
    if (jwk === undefined) throw new Error('no key was published');
    const { payload } = await jwtVerify(tokens.access_token, await importJWK(jwk), {
      issuer: 'aicli',
      audience: 'aicli-api',
    });
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'ES256', kid: jwk['kid'] });
    expect(payload).toMatchObject({ sub: userId, role: 'operator' });
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 900, user: { id: userId, username } });
    expect(tokens.refresh_token).toMatch(/^aicli_rt_/);
    expect(JSON.stringify(jwk)).not.toContain('"d"');
  });

  it('stores and logs no password and no token in clear', async () => {
    await running.addUser(username, password);
    const tokens = await running.login(username, password);
    const rows = await running.auth.database.read(async (manager) =>
      JSON.stringify([
        await manager.query('SELECT * FROM users'),
        await manager.query('SELECT * FROM auth_sessions'),
        await manager.query('SELECT * FROM refresh_tokens'),
      ]),
    );
    expect(rows).toContain(username);
    for (const secret of [password, tokens.refresh_token, tokens.access_token]) {
      expect(rows).not.toContain(secret);
      expect(running.logged()).not.toContain(secret);
    }
  });

  it('says the same of an unknown name, a wrong password and a disabled user', async () => {
    await running.addUser(username, password);
    await running.addUser(`${username}-off`, password, true);
    const failures = await Promise.all([
      failureOf(running.login(`${username}-unknown`, password, '192.0.2.1')),
      failureOf(running.login(username, 'wrong', '192.0.2.2')),
      failureOf(running.login(`${username}-off`, password, '192.0.2.3')),
    ]);
    expect(failures).toEqual([invalid, invalid, invalid]);
    expect(new Set(failures.map(String)).size).toBe(1);
  });

  it('refuses a throttled account from everywhere, also with the right password, and says when to come back', async () => {
    await running.addUser(username, password);
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
      await expect(running.login(username, 'wrong', address)).rejects.toEqual(invalid);
    }
    const failure = await failureOf(running.login(username, password, '192.0.2.4'));
    expect(failure).toEqual(throttled);
    const wait = (failure as { details: { retry_after_s: number } }).details.retry_after_s;
    expect(wait).toBeGreaterThan(890);
    expect(wait).toBeLessThanOrEqual(900);
  });

  it('throttles unknown names just as known ones', async () => {
    for (let i = 0; i < 3; i += 1) {
      await expect(running.login(username, 'wrong', `192.0.2.${i}`)).rejects.toEqual(invalid);
    }
    await expect(running.login(username, 'wrong', '192.0.2.9')).rejects.toEqual(throttled);
  });

  it('refuses a throttled address for every account, and no other address', async () => {
    await running.addUser(username, password);
    for (let i = 0; i < 3; i += 1) {
      await expect(running.login(`${username}-${i}`, 'wrong', '2001:db8:1:2::7')).rejects.toEqual(invalid);
    }
    await expect(running.login(username, password, '2001:db8:1:2::8')).rejects.toEqual(throttled);
    await expect(running.login(username, password, '2001:db8:1:3::8')).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it("forgets an account's failures when it signs in, but not those of the address at others", async () => {
    await running.addUser(username, password);
    for (let round = 0; round < 2; round += 1) {
      await expect(running.login(username, 'wrong', `192.0.2.${round}`)).rejects.toEqual(invalid);
      await expect(running.login(username, 'wrong', `192.0.2.${round + 10}`)).rejects.toEqual(invalid);
      await running.login(username, password, '192.0.2.20');
    }
    for (let i = 0; i < 3; i += 1) {
      await expect(running.login(`${username}-${i}`, 'wrong', '192.0.2.30')).rejects.toEqual(invalid);
      if (i < 2) await running.login(username, password, '192.0.2.30');
    }
    await expect(running.login(username, password, '192.0.2.30')).rejects.toEqual(throttled);
  });

  it('lets through no more guesses at once than one after the other, and no right one too few', async () => {
    await running.addUser(username, password);
    const right = await Promise.allSettled(Array.from({ length: 12 }, () => running.login(username, password)));
    expect(right.map(({ status }) => status)).toEqual(Array(12).fill('fulfilled'));
    const wrong = await Promise.all(Array.from({ length: 12 }, () => failureOf(running.login(username, 'wrong'))));
    expect(wrong.filter((failure) => JSON.stringify(failure).includes('auth.invalid_credentials'))).toHaveLength(3);
    expect(wrong.filter((failure) => JSON.stringify(failure).includes('auth.throttled'))).toHaveLength(9);
  });

  it('lets an account in again when the window is over', async () => {
    await running.addUser(username, password);
    for (let i = 0; i < 3; i += 1) {
      await expect(running.login(username, 'wrong')).rejects.toEqual(invalid);
    }
    await expect(running.login(username, password)).rejects.toEqual(throttled);
    const { shared } = running.service.context.redis;
    for (const key of await shared.keys('{auth:failures}:*')) {
      expect(await shared.pttl(key)).toBeGreaterThan(0);
      await shared.pexpire(key, 0);
    }
    await expect(running.login(username, password)).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it('refuses a request that is not sealed to it, before it counts anything', async () => {
    const rpc = running.service.context.rpc.client(authRpc);
    const origin = { address: '192.0.2.1', user_agent: null };
    const sealed = await running.seal({ username, password });
    const tampered = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
    for (const bad of ['', 'x.y.z', JSON.stringify({ username, password }), tampered]) {
      await expect(rpc.login({ sealed: bad, origin })).rejects.toMatchObject({ code: 'request.invalid' });
    }
    await expect(rpc.login({ sealed: await running.seal({ username }), origin })).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [expect.objectContaining({ path: 'password' })] },
    });
    expect(await running.service.context.redis.shared.keys('{auth:failures}:*')).toEqual([]);
  });
});

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
