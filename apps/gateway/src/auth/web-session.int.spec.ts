import { accessCookie, refreshCookie } from '@aicode/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { Browser } from '../fixtures/browser.js';
import { pageHeaders, startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';
import { expectProblem, expectProblemResponse } from '../fixtures/problem-answer.js';
import { rawRequest } from '../fixtures/raw-request.js';

let stack: GatewayStack;
let browser: Browser;

beforeAll(async () => {
  stack = await startGateway({ server: { cors_origins: ['https://friend.example.org'] } });
});
afterAll(() => stack.stop());
beforeEach(() => {
  browser = new Browser(stack.url);
});
afterEach(() => {
  stack.auth.accessSeconds = 900;
  stack.auth.overlapMs = 60_000;
});

const signIn = (username = 'operator', jar = browser): Promise<Response> => jar.signIn(username, stack.auth.password);
const lineOf = (name: string, jar = browser): string => jar.cookies.get(name)?.line ?? '';

describe('a browser signs in', () => {
  it('and gets its tokens where no script reads them', async () => {
    const watch = await stack.watchRedis();
    const response = await signIn();
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = await response.text();
    expect(JSON.parse(body)).toEqual({ user: stack.auth.user('operator'), expires_in: 900 });
    const access = browser.cookies.get(accessCookie)?.value ?? '';
    const refresh = browser.cookies.get(refreshCookie)?.value ?? '';
    expect(body).not.toContain(access);
    expect(body).not.toContain(refresh);
    expect(lineOf(accessCookie)).toMatch(
      /^aicode_access=[\w.-]+; Max-Age=900; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    expect(lineOf(refreshCookie)).toMatch(
      /^aicode_refresh=[\w.-]+; Max-Age=2592000; Path=\/api\/v1\/auth\/web-session; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    expect(await (await browser.call('/auth/me')).json()).toMatchObject({ username: 'operator' });
    const seen = await watch.stop();
    expect(seen).not.toContain(stack.auth.password);
    // By which auth counts failures, as for programs.
    expect(stack.auth.origins.at(-1)).toMatchObject({ address: '127.0.0.1' });
  });

  it('over https, and then its cookies go nowhere else', async () => {
    const secure = await startGateway({ server: { public_url: 'https://ai.example.org' } });
    try {
      const { app } = secure.gateway;
      if (!('getUrl' in app)) throw new Error('the gateway serves no HTTP');
      const far = new Browser(await app.getUrl());
      const headers = { Origin: 'https://ai.example.org' };
      const body = { username: 'operator', password: secure.auth.password };
      expect((await far.call('/auth/web-session', { method: 'POST', body, headers })).status).toBe(200);
      for (const name of [accessCookie, refreshCookie]) expect(lineOf(name, far)).toMatch(/; Secure/);
    } finally {
      await secure.stop();
    }
  });

  it('with a wrong password gets what programs get, and no cookie', async () => {
    await expectProblemResponse(await browser.signIn('operator', 'wrong'), 'auth.invalid_credentials');
    expect(browser.cookies.size).toBe(0);
  });

  it('as the first administrator, by the link of the console', async () => {
    stack.auth.setupNeeded = true;
    expect(await (await browser.call('/auth/setup-state')).json()).toEqual({ needed: true });
    const body = { token: 'x'.repeat(24), username: 'first', password: 'long enough for all' };
    const response = await browser.call('/auth/web-session/setup', { method: 'POST', body });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ user: { username: 'first', role: 'admin' } });
    expect((await browser.call('/auth/me')).status).toBe(200);
    stack.auth.setupNeeded = false;
    expect(await (await browser.call('/auth/setup-state')).json()).toEqual({ needed: false });
  });

  it('can ask who it is, without a refusal if it is nobody', async () => {
    const state = async (): Promise<unknown> => (await browser.call('/auth/web-session')).json();
    expect(await state()).toEqual({ user: null, expires_in: null, renewable: false });
    await signIn();
    expect(await state()).toMatchObject({ user: { username: 'operator' }, renewable: true });
    browser.cookies.delete(accessCookie);
    expect(await state()).toEqual({ user: null, expires_in: null, renewable: true });
  });
});

describe('what a cookie may do', () => {
  it('is all that its user may do', async () => {
    await signIn();
    const made = await browser.call('/workspaces', { method: 'POST', body: { name: 'demo' } });
    expect(made.status).toBe(201);
    await signIn('viewer');
    const refused = await browser.call('/workspaces', { method: 'POST', body: { name: 'demo' } });
    await expectProblemResponse(refused, 'auth.forbidden');
  });

  it.each<[string, Record<string, string>]>([
    ['from a page of somewhere', { Origin: 'https://evil.org' }],
    ['from a form of somewhere', { Origin: 'https://evil.org', 'X-AICode-Request': '' }],
    ['from a sandboxed frame', { Origin: 'null' }],
    ['from another port of this host', { Origin: 'http://127.0.0.1:1' }],
    ['from a page that may use tokens', { Origin: 'https://friend.example.org' }],
    ['from nowhere', { Origin: '' }],
    ['from a neighbour', { Origin: '', 'Sec-Fetch-Site': 'same-site' }],
    ['without the header', { 'X-AICode-Request': '' }],
    ['with another header', { 'X-AICode-Request': 'true' }],
  ])('is nothing %s', async (_where, headers) => {
    await signIn();
    const before = stack.workspaces.changes.length;
    const sent = Object.entries({
      ...browser.cookieHeader('/api/v1/auth/web-session'),
      ...pageHeaders(stack.url),
      'Content-Type': 'application/json',
      ...headers,
    });
    const given = Object.fromEntries(sent.filter(([, value]) => value !== ''));
    const post = (path: string, body?: object, method = 'POST') =>
      rawRequest(`${stack.url}/api/v1${path}`, { method, headers: given, body: body ? [JSON.stringify(body)] : [] });
    expectProblem(await post('/workspaces', { name: 'forged' }), 'request.origin_refused');
    expect(stack.workspaces.changes.length).toBe(before);
    expectProblem(await post('/auth/logout', {}), 'request.origin_refused');
    expectProblem(await post('/auth/web-session', undefined, 'DELETE'), 'request.origin_refused');
    expectProblem(await post('/auth/web-session/refresh', {}), 'request.origin_refused');
    const answer = await post('/auth/web-session', { username: 'viewer', password: stack.auth.password });
    expectProblem(answer, 'request.origin_refused');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await (await browser.call('/auth/me')).json()).toMatchObject({ username: 'operator' });
  });

  it('is all right where only Sec-Fetch-Site tells', async () => {
    await signIn();
    const { status } = await rawRequest(`${stack.url}/api/v1/workspaces`, {
      method: 'POST',
      headers: {
        ...browser.cookieHeader('/'),
        'X-AICode-Request': '1',
        'Sec-Fetch-Site': 'same-origin',
        'Content-Type': 'application/json',
      },
      body: ['{"name":"mine"}'],
    });
    expect(status).toBe(201);
  });

  it.each<[string, () => Promise<string>, string]>([
    ['another user’s', () => stack.auth.token('viewer').then((token) => `Bearer ${token}`), 'viewer'],
    ['a bad', () => Promise.resolve('Bearer abc.def.ghi'), 'auth.token_invalid'],
    ['no', () => Promise.resolve('Basic YWRtaW46YWRtaW4='), 'auth.required'],
  ])('is nothing beside %s token in a header', async (_what, authorization, outcome) => {
    await signIn('admin');
    const headers = { Authorization: await authorization() };
    const response = await browser.call('/auth/me', { headers });
    if (outcome === 'viewer') expect(await response.json()).toMatchObject({ username: 'viewer' });
    else expect(await response.json()).toMatchObject({ code: outcome });
    for (const [path, method] of [
      ['/auth/web-session/refresh', 'POST'],
      ['/auth/web-session', 'DELETE'],
      ['/auth/web-session', 'GET'],
    ] as const) {
      await expectProblemResponse(await browser.call(path, { method, headers }), 'request.invalid');
    }
    expect(await (await browser.call('/auth/me')).json()).toMatchObject({ username: 'admin' });
  });

  it.each([
    ['twice', (token: string) => `${accessCookie}=${token}; ${accessCookie}=other`],
    ['under another name', (token: string) => `x${accessCookie}=${token}`],
    ['as the refresh cookie', (token: string) => `${refreshCookie}=${token}`],
    ['with something in it', (token: string) => `${accessCookie}=${token} x`],
    ['empty', () => `${accessCookie}=`],
  ])('is nothing when it comes %s', async (_how, cookie) => {
    const headers = { Cookie: cookie(await stack.auth.token('operator')) };
    await expectProblemResponse(await stack.call('/auth/me', { headers }), 'auth.required');
  });

  it('is to read a log as it comes', async () => {
    await signIn();
    const owner = stack.auth.user('operator').id;
    const { id } = stack.tasks.add(stack.workspaces.add(owner).id, owner);
    const closing = new AbortController();
    const headers = { Accept: 'text/event-stream' };
    const response = await browser.call(`/tasks/${id}/logs`, { headers, signal: closing.signal });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    closing.abort();
  });
});

describe('a browser’s session', () => {
  it('goes on by a refresh, with new cookies', async () => {
    await signIn();
    const before = browser.copy();
    const response = await browser.refresh();
    expect(await response.json()).toEqual({ user: stack.auth.user('operator'), expires_in: 900 });
    expect(browser.cookies.get(refreshCookie)?.value).not.toBe(before.cookies.get(refreshCookie)?.value);
    expect((await browser.call('/auth/me')).status).toBe(200);
  });

  it('goes on after its access has run out', async () => {
    stack.auth.accessSeconds = -1;
    await signIn();
    const expired = await stack.auth.token('operator', { exp: Math.floor(Date.now() / 1000) - 1 });
    browser.cookies.set(accessCookie, { value: expired, path: '/', line: '' });
    await expectProblemResponse(await browser.call('/auth/me'), 'auth.token_invalid');
    stack.auth.accessSeconds = 900;
    expect((await browser.refresh()).status).toBe(200);
    expect((await browser.call('/auth/me')).status).toBe(200);
  });

  it('goes on in two tabs that refresh at once', async () => {
    await signIn();
    const answers = await Promise.all([browser.refresh(), browser.refresh(), browser.refresh()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await browser.refresh()).status).toBe(200);
    expect((await browser.call('/auth/me')).status).toBe(200);
  });

  it('ends when a refresh cookie comes again later, and takes the cookies back', async () => {
    await signIn();
    const thief = browser.copy();
    await browser.refresh();
    stack.auth.overlapMs = 0;
    const answer = await thief.refresh();
    await expectProblemResponse(answer, 'auth.refresh_reused');
    expect(thief.cookies.size).toBe(0);
    await expectProblemResponse(await browser.call('/auth/me'), 'auth.session_ended');
    await expectProblemResponse(await browser.refresh(), 'auth.session_ended');
    expect(browser.cookies.size).toBe(0);
  });

  it.each([
    ['no cookie', undefined, 'auth.required'],
    ['a cookie that is too short', 'x', 'auth.token_invalid'],
    ['a cookie that is nobody’s', 'x'.repeat(40), 'auth.refresh_reused'],
  ] as const)('is not refreshed by %s', async (_what, value, code) => {
    if (value) browser.cookies.set(refreshCookie, { value, path: '/', line: '' });
    await expectProblemResponse(await browser.refresh(), code);
    expect(browser.cookies.size).toBe(0);
  });

  it('ends at once by signing out', async () => {
    await signIn();
    const copy = browser.copy();
    const response = await browser.signOut();
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(browser.cookies.size).toBe(0);
    await expectProblemResponse(await copy.call('/auth/me'), 'auth.session_ended');
    await expectProblemResponse(await copy.refresh(), 'auth.session_ended');
    expect((await browser.signOut()).status).toBe(204);
  });

  it('ends by signing out also after its access has run out', async () => {
    await signIn();
    const copy = browser.copy();
    browser.cookies.delete(accessCookie);
    expect((await browser.signOut()).status).toBe(204);
    await expectProblemResponse(await copy.call('/auth/me'), 'auth.session_ended');
  });

  it('does not end, and keeps its cookies, when auth cannot be asked', async () => {
    const fresh = await startGateway({ bus: { timeout: 300 } });
    try {
      const jar = new Browser(fresh.url);
      await jar.signIn('operator', fresh.auth.password);
      await fresh.stopService('auth');
      await expectProblemResponse(await jar.signOut(), 'bus.timeout');
      await expectProblemResponse(await jar.refresh(), 'bus.timeout');
      expect(jar.cookies.size).toBe(2);
    } finally {
      await fresh.stop();
    }
  });

  it('leaves the cookies of other sessions alone', async () => {
    await signIn();
    const other = new Browser(stack.url);
    await signIn('operator', other);
    await browser.signOut();
    expect((await other.call('/auth/me')).status).toBe(200);
  });
});
