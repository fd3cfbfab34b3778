import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startStack, tempDir, type Stack, type TempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';

import { useBrowser } from './fixtures/browser.js';

const password = 'a long enough password';
const ours = { 'X-AICode-Request': '1', 'Content-Type': 'application/json' };

const browser = useBrowser();
let web: TempDir;
let stack: Stack;
let context: BrowserContext;
let page: Page;
let evil: Server;
let evilUrl: string;

beforeAll(async () => {
  // A page of its own: what is proved here is the server, whatever the dashboard is.
  web = await tempDir('web');
  await mkdir(join(web.path, 'assets'));
  await writeFile(
    join(web.path, 'index.html'),
    '<!doctype html><title>page</title><script src="/assets/run.js"></script>',
  );
  await writeFile(join(web.path, 'assets', 'run.js'), 'window.ran = true;');
  stack = await startStack({ env: { AICLI_SERVER_WEB_DIR: web.path, AICLI_AUTH_FIRST_ADMIN: 'link' } });
  context = await browser.context();
  page = await context.newPage();
  evil = createServer((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end('<title>evil</title>'),
  );
  evil.listen(0, '127.0.0.1');
  await once(evil, 'listening');
  const address = evil.address();
  // The same host: to the browser it is the same site, and our cookies go along.
  evilUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(async () => {
  evil?.close();
  await browser.closeAll();
  await stack?.stop();
  await web?.remove();
});

interface Answer {
  status: number;
  body: unknown;
}

/** A request as a script of a page makes it. */
function ask(
  from: Page,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = ours,
): Promise<Answer> {
  return from.evaluate(
    async ([url, init]) => {
      const response = await fetch(url, init);
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
    },
    [`/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }] as const,
  );
}

/** Opens a namespace over a bare WebSocket; resolves to what came when it is in, refused or closed. `globalThis.heard` goes on. */
function connect(from: Page, url: string, namespace: string): Promise<string> {
  return from.evaluate(
    ([address, name]) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`${address.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
        const heard: string[] = [];
        Object.assign(globalThis, { heard });
        socket.onmessage = ({ data }) => {
          const packet = String(data);
          heard.push(packet);
          if (packet.startsWith('0')) socket.send(`40${name},`);
          if (packet.startsWith('40') || packet.startsWith('44')) resolve(packet);
        };
        socket.onclose = () => resolve('closed');
      }),
    [url, namespace] as const,
  );
}

describe('a browser', () => {
  it('is told that an administrator is missing, and makes one by the link of the console', async () => {
    const path = /\/setup\?token=[\w-]+/.exec(stack.log())?.[0] ?? '';
    expect((await page.goto(`${stack.url}${path}`))?.status()).toBe(200);
    expect(await ask(page, 'GET', '/auth/setup-state')).toEqual({ status: 200, body: { needed: true } });
    expect(await ask(page, 'GET', '/auth/web-session')).toMatchObject({ body: { user: null, renewable: false } });
    const token = new URL(page.url()).searchParams.get('token');
    const made = await ask(page, 'POST', '/auth/web-session/setup', { token, username: 'ada', password });
    expect(made).toMatchObject({ status: 201, body: { user: { username: 'ada', role: 'admin' } } });
    expect(await ask(page, 'GET', '/auth/setup-state')).toEqual({ status: 200, body: { needed: false } });
    expect(stack.log()).not.toContain(password);
  });

  it('has its tokens where no script is', async () => {
    expect(await page.evaluate('document.cookie')).toBe('');
    const cookies = await context.cookies([stack.url, `${stack.url}/api/v1/auth/web-session`]);
    expect(cookies.sort((a, b) => a.name.localeCompare(b.name))).toMatchObject([
      { name: 'aicode_access', path: '/', httpOnly: true, sameSite: 'Strict', secure: false },
      { name: 'aicode_refresh', path: '/api/v1/auth/web-session', httpOnly: true, sameSite: 'Strict', secure: false },
    ]);
    expect(await ask(page, 'GET', '/auth/me')).toMatchObject({ status: 200, body: { username: 'ada' } });
  });

  it('runs the scripts of the build and no other', async () => {
    const inline = "Object.assign(document.createElement('script'), { textContent: 'window.hacked = true' })";
    await page.evaluate(`document.head.append(${inline})`);
    const ran = await page.evaluate(() => ({ ran: 'ran' in globalThis, hacked: 'hacked' in globalThis }));
    expect(ran).toEqual({ ran: true, hacked: false });
  });

  it('goes on in two tabs that refresh at once', async () => {
    const other = await context.newPage();
    await other.goto(stack.url);
    const refreshed = await Promise.all(
      [page, other, page, other].map((tab) => ask(tab, 'POST', '/auth/web-session/refresh')),
    );
    expect(refreshed.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await ask(other, 'POST', '/auth/web-session/refresh')).toMatchObject({ status: 200 });
    await other.close();
  });

  it('does nothing for a page of another origin, whose requests carry its cookies', async () => {
    const other = await context.newPage();
    await other.goto(evilUrl);
    const outcomes = await other.evaluate(async (url) => {
      const post = { method: 'POST', mode: 'no-cors', body: '{"name":"forged"}' } as const;
      const tries: [string, RequestInit][] = [
        ['/auth/logout', post],
        ['/auth/web-session/refresh', post],
        ['/workspaces', post],
        ['/auth/web-session', { method: 'DELETE', headers: { 'X-AICode-Request': '1' } }],
        ['/auth/me', {}],
      ];
      const tell = ([path, init]: [string, RequestInit]): Promise<string> =>
        fetch(`${url}/api/v1${path}`, { ...init, credentials: 'include' }).then(
          () => 'read',
          () => 'refused',
        );
      return Promise.all(tries.map(tell));
    }, stack.url);
    expect(new Set(outcomes)).toEqual(new Set(['refused']));
    const form = other.waitForNavigation();
    const action = JSON.stringify(`${stack.url}/api/v1/auth/logout`);
    const element = `Object.assign(document.createElement('form'), { method: 'post', action: ${action} })`;
    await other.evaluate(`document.body.appendChild(${element}).submit()`);
    expect((await form)?.status()).toBe(403);
    await other.goto(evilUrl);
    expect(await connect(other, stack.url, '/ws/platform')).toBe('closed');
    await other.close();
    expect(await ask(page, 'GET', '/auth/me')).toMatchObject({ status: 200 });
    expect(await ask(page, 'GET', '/workspaces')).toMatchObject({ body: { items: [] } });
  });

  it('does nothing without the header, though the origin is right', async () => {
    const plain = { 'Content-Type': 'application/json' };
    const refused = await ask(page, 'POST', '/workspaces', { name: 'one' }, plain);
    expect(refused).toMatchObject({ status: 403, body: { code: 'request.origin_refused' } });
    expect(await ask(page, 'POST', '/workspaces', { name: 'one' })).toMatchObject({ status: 201 });
  });

  it('hears of the platform over a socket, until it signs out', async () => {
    expect(await connect(page, stack.url, '/ws/platform')).toMatch(/^40\/ws\/platform,\{"sid"/);
    const other = await context.newPage();
    await other.goto(stack.url);
    await ask(other, 'POST', '/workspaces', { name: 'two' });
    await page.waitForFunction(() => JSON.stringify(Reflect.get(globalThis, 'heard')).includes('two'));
    expect(await ask(other, 'DELETE', '/auth/web-session')).toEqual({ status: 204, body: null });
    await page.waitForFunction(() => JSON.stringify(Reflect.get(globalThis, 'heard')).includes('auth.session_ended'));
    expect(await context.cookies()).toEqual([]);
    expect(await ask(page, 'GET', '/auth/me')).toMatchObject({ status: 401 });
    expect(await ask(page, 'GET', '/auth/web-session')).toMatchObject({ status: 200, body: { user: null } });
    const back = await ask(page, 'POST', '/auth/web-session', { username: 'ada', password });
    expect(back).toMatchObject({ status: 200, body: { user: { username: 'ada' } } });
  });
});
