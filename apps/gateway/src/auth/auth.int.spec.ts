import { endedSessionKey, newId, Tokens } from '@aicode/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportSPKI, SignJWT } from 'jose';
import { z } from 'zod';

import { startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';
import { expectProblemResponse } from '../fixtures/problem-answer.js';

let stack: GatewayStack;

beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack.stop());

const me = (token: string): Promise<Response> =>
  stack.call('/auth/me', { headers: { Authorization: `Bearer ${token}` } });

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

describe('signing in', () => {
  it('carries name and password sealed, and gives tokens that work at once', async () => {
    const monitor = await stack.watchRedis();
    const body = { username: 'operator', password: stack.auth.password };
    const response = await stack.call('/auth/login', { method: 'POST', body, headers: { 'User-Agent': 'test/1' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const tokens = Tokens.parse(await response.json());
    const whoami = await me(tokens.access_token);
    expect(await whoami.json()).toMatchObject({ username: 'operator', role: 'operator' });
    const seen = await monitor.stop();
    expect(seen).toContain('auth.auth.login');
    expect(seen).not.toContain(stack.auth.password);
    expect(stack.auth.origins.at(-1)).toEqual({ address: '127.0.0.1', user_agent: 'test/1' });
  });

  it('refreshes, and sets up the first administrator', async () => {
    const refreshed = await stack.call('/auth/refresh', {
      method: 'POST',
      body: { refresh_token: 'refresh-token-of-viewer' },
    });
    expect(Tokens.parse(await refreshed.json()).user.username).toBe('viewer');
    const body = { token: 'x'.repeat(24), username: 'first', password: 'long enough for all' };
    const created = await stack.call('/auth/setup', { method: 'POST', body });
    expect(created.status).toBe(201);
    expect(Tokens.parse(await created.json()).user.role).toBe('admin');
  });

  it('passes on why auth refuses', async () => {
    const body = { username: 'operator', password: 'wrong' };
    const response = await stack.call('/auth/login', { method: 'POST', body });
    await expectProblemResponse(response, 'auth.invalid_credentials');
    const reused = await stack.call('/auth/refresh', { method: 'POST', body: { refresh_token: 'x'.repeat(40) } });
    await expectProblemResponse(reused, 'auth.refresh_reused');
  });
});

describe('access tokens', () => {
  const now = Math.floor(Date.now() / 1000);

  it('take the scheme in any case', async () => {
    const token = await stack.auth.token('viewer');
    expect((await stack.call('/auth/me', { headers: { Authorization: `bearer ${token}` } })).status).toBe(200);
  });

  it.each([
    ['from another issuer', { iss: 'someone' }],
    ['for another audience', { aud: 'other-api' }],
    ['that have run out', { exp: now - 1 }],
    ['that are not valid yet', { nbf: now + 600 }],
    ['of no session', { sid: '' }],
    ['of an unknown role', { role: 'root' }],
    ['of no user', { sub: 'admin' }],
  ])('%s are refused', async (_what, claims) => {
    await expectProblemResponse(await me(await stack.auth.token('admin', claims)), 'auth.token_invalid');
  });

  it('without a signature are refused', async () => {
    const [, payload] = (await stack.auth.token('admin')).split('.');
    const token = `${encode({ alg: 'none', kid: stack.auth.keyId })}.${payload}.`;
    await expectProblemResponse(await me(token), 'auth.token_invalid');
  });

  it('signed by the public key as if it were a password are refused', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(stack.auth.signing.publicKey));
    const token = await new SignJWT({ sub: stack.auth.user('admin').id, role: 'admin', sid: 's', exp: now + 60 })
      .setProtectedHeader({ alg: 'HS256', kid: stack.auth.keyId })
      .setIssuer('aicli')
      .setAudience('aicli-api')
      .sign(secret);
    await expectProblemResponse(await me(token), 'auth.token_invalid');
  });

  it('that were changed are refused', async () => {
    const [header, payload = '', signature] = (await stack.auth.token('viewer')).split('.');
    const claims = z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    const token = `${header}.${encode({ ...claims, role: 'admin' })}.${signature}`;
    await expectProblemResponse(await me(token), 'auth.token_invalid');
  });

  it('by an unknown key are refused, and auth is not asked each time', async () => {
    const before = stack.auth.asked;
    for (let i = 0; i < 5; i += 1) {
      const token = await stack.auth.token('admin', {}, { kid: `unknown-${i}` });
      await expectProblemResponse(await me(token), 'auth.token_invalid');
    }
    expect(stack.auth.asked - before).toBeLessThanOrEqual(1);
  });
});

describe('signing out', () => {
  it('takes effect at once, for every token of the session', async () => {
    const sid = newId('session');
    const token = await stack.auth.token('operator', { sid });
    const out = await stack.call('/auth/logout', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
    expect(out.status).toBe(204);
    await expectProblemResponse(await me(token), 'auth.session_ended');
    await expectProblemResponse(await me(await stack.auth.token('operator', { sid })), 'auth.session_ended');
    expect((await me(await stack.auth.token('operator'))).status).toBe(200);
  });

  it('counts also where only the key in Redis tells of it', async () => {
    const sid = newId('session');
    await stack.gateway.context.redis.shared.set(endedSessionKey(sid), '1');
    await expectProblemResponse(await me(await stack.auth.token('operator', { sid })), 'auth.session_ended');
  });
});

describe('when something is away', () => {
  it('a new key of auth is taken up without a restart', async () => {
    const fresh = await startGateway();
    try {
      const call = async (): Promise<number> => (await fresh.call('/auth/me', { as: 'viewer' })).status;
      expect(await call()).toBe(200);
      await fresh.auth.rotate();
      const until = performance.now() + 15_000;
      let status = await call();
      while (status !== 200 && performance.now() < until) status = await call();
      expect(status).toBe(200);
    } finally {
      await fresh.stop();
    }
  });

  it('auth that does not answer is a 5xx, not a refusal', async () => {
    const fresh = await startGateway({ bus: { timeout: 300 } });
    try {
      await fresh.stopService('auth');
      const response = await fresh.call('/auth/me', { as: 'viewer' });
      expect(response.headers.get('retry-after')).toBe('1');
      await expectProblemResponse(response, 'bus.timeout');
    } finally {
      await fresh.stop();
    }
  });

  it('nobody is let in while Redis cannot tell which sessions have ended', async () => {
    const fresh = await startGateway();
    try {
      expect((await fresh.call('/auth/me', { as: 'viewer' })).status).toBe(200);
      fresh.redis.pause();
      await expectProblemResponse(await fresh.call('/auth/me', { as: 'viewer' }), 'storage.unavailable');
      fresh.redis.resume();
      expect((await fresh.call('/auth/me', { as: 'viewer' })).status).toBe(200);
    } finally {
      await fresh.stop();
    }
  });
});
