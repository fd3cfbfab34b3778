import { authRpc, endedSessionKey, sessionEnded, type Tokens } from '@aicode/contracts';
import { startPostgres, startRedis, tempDir } from '@aicode/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { IsNull, Not } from 'typeorm';

import { runAuth, type RunningAuth } from './fixtures/running-auth.js';
import { RefreshTokenEntity } from './refresh-token.entity.js';
import { webOverlapMs } from './refresh.js';
import { SessionEntity } from './session.entity.js';
import { UserEntity } from './user.entity.js';

const password = 'a long enough password';
const hour = 3_600_000;

describe.each(['sqlite', 'postgres'])('refresh on %s', (kind) => {
  const stops: (() => Promise<unknown>)[] = [];
  let running: RunningAuth;
  let users = 0;
  let userId: string;
  let first: Tokens;
  let sid: string;

  beforeAll(async () => {
    const redis = await startRedis();
    stops.unshift(() => redis.stop());
    const home = await tempDir();
    stops.unshift(() => home.remove());
    const postgres = kind === 'postgres' ? await startPostgres() : undefined;
    if (postgres) stops.unshift(() => postgres.stop());
    running = await runAuth(
      { home: home.path, redisUrl: redis.url, databaseUrl: postgres?.url },
      { first_admin: 'local', idle_timeout: '2h', absolute_timeout: '10h' },
    );
    stops.unshift(() => running.stop());
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });
  beforeEach(async () => {
    const username = `user-${(users += 1)}`;
    userId = await running.addUser(username, password);
    first = await running.login(username, password);
    sid = sidOf(first);
  });

  it('gives a new pair of the same session, with the role of now', async () => {
    await running.auth.database.write((manager) => manager.update(UserEntity, { id: userId }, { role: 'viewer' }));
    const second = await running.refresh(first.refresh_token);
    expect(sidOf(second)).toBe(sid);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(decodeJwt(second.access_token)).toMatchObject({ role: 'viewer', sub: userId });
    expect(decodeJwt(second.access_token).jti).not.toBe(decodeJwt(first.access_token).jti);
    await expect(running.refresh(second.refresh_token)).resolves.toMatchObject({ user: { id: userId } });
  });

  it('ends the whole session at once when a used token comes again', async () => {
    const end = await listenForEnd(running, sid);
    const second = await running.refresh(first.refresh_token);
    await expect(running.refresh(first.refresh_token)).rejects.toMatchObject({ code: 'auth.refresh_reused' });
    expect(await running.service.context.redis.shared.exists(endedSessionKey(sid))).toBe(1);
    await expect(running.refresh(second.refresh_token)).rejects.toMatchObject({ code: 'auth.session_ended' });
    await expect(running.refresh(first.refresh_token)).rejects.toMatchObject({ code: 'auth.session_ended' });
    await end.heard();
    expect(await sessionRow(running, sid)).toMatchObject({ end_reason: 'refresh_reused' });
  });

  it('leaves other sessions of the user alone then', async () => {
    const other = await running.login(first.user.username, password);
    await running.refresh(first.refresh_token);
    await expect(running.refresh(first.refresh_token)).rejects.toMatchObject({ code: 'auth.refresh_reused' });
    await expect(running.refresh(other.refresh_token)).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  it('is won by exactly one of many that come at once', async () => {
    const sealed = await running.seal({ refresh_token: first.refresh_token });
    const rpc = running.service.context.rpc.client(authRpc);
    const origin = { address: '192.0.2.1', user_agent: null };
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => rpc.refresh({ sealed, origin })));
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const codes = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : [],
    );
    expect(won).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['auth.refresh_reused', 'auth.session_ended']));
    await expect(running.refresh(won[0]?.refresh_token ?? '')).rejects.toMatchObject({ code: 'auth.session_ended' });
  });

  it('gives every tab of a browser its own successor, all of the same session', async () => {
    const tabs = await Promise.all([1, 2, 3].map(() => running.webRefresh(first.refresh_token)));
    expect(new Set(tabs.map(({ refresh_token }) => refresh_token)).size).toBe(3);
    expect(new Set(tabs.map(sidOf))).toEqual(new Set([sid]));
    for (const { refresh_token } of tabs) await running.webRefresh(refresh_token);
  });

  it('ends a browser’s session too when a used token comes later, or from a program', async () => {
    const second = await running.webRefresh(first.refresh_token);
    await running.auth.database.write((manager) =>
      manager.update(RefreshTokenEntity, { session_id: sid, used_at: Not(IsNull()) }, { used_at: ago(webOverlapMs) }),
    );
    await expect(running.webRefresh(first.refresh_token)).rejects.toMatchObject({ code: 'auth.refresh_reused' });
    await expect(running.webRefresh(second.refresh_token)).rejects.toMatchObject({ code: 'auth.session_ended' });

    const other = await running.login(first.user.username, password);
    await running.webRefresh(other.refresh_token);
    await expect(running.refresh(other.refresh_token)).rejects.toMatchObject({ code: 'auth.refresh_reused' });
  });

  it('does not bring a session back that a tab has signed out', async () => {
    await running.webRefresh(first.refresh_token);
    await running.logout(sid);
    await expect(running.webRefresh(first.refresh_token)).rejects.toMatchObject({ code: 'auth.session_ended' });
  });

  it.each([
    ['idle for too long', { last_used_at: ago(2 * hour) }],
    ['older than any session may be', { created_at: ago(10 * hour) }],
  ])('refuses a session that is %s, and ends it', async (_what, times) => {
    await running.auth.database.write((manager) => manager.update(SessionEntity, { id: sid }, times));
    await expect(running.refresh(first.refresh_token)).rejects.toMatchObject({ code: 'auth.session_ended' });
    expect(await sessionRow(running, sid)).toMatchObject({ end_reason: 'expired' });
  });

  it('gives no access token that outlives its session', async () => {
    await running.auth.database.write((manager) =>
      manager.update(SessionEntity, { id: sid }, { created_at: ago(10 * hour - 60_000) }),
    );
    const { expires_in: seconds } = await running.refresh(first.refresh_token);
    expect(seconds).toBeGreaterThan(30);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it('refuses a disabled user', async () => {
    await running.auth.database.write((manager) => manager.update(UserEntity, { id: userId }, { disabled_at: ago(0) }));
    await expect(running.refresh(first.refresh_token)).rejects.toMatchObject({ code: 'auth.session_ended' });
    expect(await sessionRow(running, sid)).toMatchObject({ end_reason: 'user_disabled' });
  });

  it('refuses a token that it never gave', async () => {
    await expect(running.refresh(`aicli_rt_${'A'.repeat(43)}`)).rejects.toMatchObject({ code: 'auth.token_invalid' });
    await expect(running.refresh(first.access_token.slice(0, 200))).rejects.toMatchObject({
      code: 'auth.token_invalid',
    });
  });

  it('logout refuses every token of the session at once, and may be repeated', async () => {
    const end = await listenForEnd(running, sid);
    await running.logout(sid);
    const { shared } = running.service.context.redis;
    expect(await shared.exists(endedSessionKey(sid))).toBe(1);
    expect(await shared.pttl(endedSessionKey(sid))).toBeGreaterThan(900_000);
    await end.heard();
    await expect(running.refresh(first.refresh_token)).rejects.toMatchObject({ code: 'auth.session_ended' });
    await running.logout(sid);
    expect(await sessionRow(running, sid)).toMatchObject({ end_reason: 'signed_out' });
  });

  it('logout needs a session', async () => {
    await expect(running.logout(null)).rejects.toMatchObject({ code: 'auth.required' });
  });

  it('ended sessions stay refused when Redis has lost them', async () => {
    await running.logout(sid);
    const { shared } = running.service.context.redis;
    await shared.del(endedSessionKey(sid));
    await running.auth.endedSessions.restore();
    expect(await shared.exists(endedSessionKey(sid))).toBe(1);
  });

  it('me is the acting user, if there is one', async () => {
    await expect(running.me(userId)).resolves.toEqual(first.user);
    await expect(running.me(null)).rejects.toMatchObject({ code: 'auth.required' });
    await running.auth.database.write((manager) => manager.update(UserEntity, { id: userId }, { disabled_at: ago(0) }));
    await expect(running.me(userId)).rejects.toMatchObject({ code: 'auth.session_ended' });
  });
});

function sidOf(tokens: Tokens): string {
  return String(decodeJwt(tokens.access_token)['sid']);
}

function ago(ms: number): string {
  return new Date(Date.now() - ms).toISOString();
}

function sessionRow(running: RunningAuth, id: string): Promise<SessionEntity | null> {
  return running.auth.database.read((manager) => manager.findOneBy(SessionEntity, { id }));
}

/** Listens until the end of this session is told to all. Call `heard` after what ends it. */
async function listenForEnd(running: RunningAuth, sid: string): Promise<{ heard: () => Promise<void> }> {
  let tell = (): void => undefined;
  const told = new Promise<void>((resolve) => (tell = resolve));
  const unsubscribe = await running.service.context.events.subscribe(sessionEnded, ({ session_id }) => {
    if (session_id === sid) tell();
  });
  return {
    heard: async () => {
      await told;
      await unsubscribe();
    },
  };
}
