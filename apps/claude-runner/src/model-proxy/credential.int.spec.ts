import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ServerConfig } from '@aicode/contracts';
import { createLogger } from '@aicode/service-kit';

import { ask } from '../fixtures/ask-model.js';
import { readCredential } from './credential.js';
import { targetOf } from './forward.js';
import { ModelProxy } from './model-proxy.js';

let dir: string;
let gateway: Server;
let url: string;
let seen: IncomingMessage[];
const proxies: ModelProxy[] = [];

beforeAll(async () => {
  dir = await mkdtemp('/tmp/credential-');
  // A gateway of the kind that people run between themselves and the API: a path of its own, and cookies.
  gateway = createServer((request, response) => {
    seen.push(request);
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'session=of-the-gateway' });
    response.end('{"type":"message","usage":{"input_tokens":1,"output_tokens":1}}');
  }).listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
});
afterEach(() => proxies.splice(0).forEach((proxy) => proxy.stop()));
afterAll(async () => {
  gateway.closeAllConnections();
  gateway.close();
  await rm(dir, { recursive: true });
});

async function secretFile(secret: string): Promise<string> {
  const path = join(dir, crypto.randomUUID());
  await writeFile(path, `${secret}\n`, { mode: 0o600 });
  return path;
}

/** What goes out for one request of a sandbox, as the other side sees it. */
async function goesOut(config: object, env: NodeJS.ProcessEnv, headers: Record<string, string> = {}) {
  seen = [];
  const { model: settings } = ServerConfig.parse({ model: { base_url: url, ...config } });
  const proxy = new ModelProxy(settings, env, createLogger({ level: 'silent' }));
  proxies.push(proxy);
  const process = proxy.register();
  const answer = await ask(process, 'hi', { headers });
  const [request] = seen;
  if (!request) throw new Error('nothing went out');
  return { request, answer, token: process.token };
}

const oauth = { 'anthropic-beta': 'one,oauth-2025-04-20' };

describe('the credential that goes out', () => {
  it.each<[string, NodeJS.ProcessEnv, Record<string, string>, string]>([
    ['an API key', { ANTHROPIC_API_KEY: 'sk-key' }, { 'x-api-key': 'sk-key' }, 'authorization'],
    ['a gateway’s token', { ANTHROPIC_AUTH_TOKEN: 'tok' }, { authorization: 'Bearer tok' }, 'x-api-key'],
    [
      'a subscription',
      { CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-x' },
      { authorization: 'Bearer sk-ant-oat01-x', ...oauth },
      'x-api-key',
    ],
    [
      'a subscription in another variable',
      { ANTHROPIC_AUTH_TOKEN: 'sk-ant-oat01-x' },
      { authorization: 'Bearer sk-ant-oat01-x', ...oauth },
      'x-api-key',
    ],
  ])('of %s is in its header, and in no other', async (_name, env, expected, absent) => {
    const { request, token } = await goesOut({}, env);
    expect(request.headers).toMatchObject(expected);
    expect(request.headers).not.toHaveProperty(absent);
    expect(request.headers['anthropic-beta']?.includes('oauth')).toBe('anthropic-beta' in expected);
    expect(JSON.stringify([request.url, request.rawHeaders])).not.toContain(token);
  });

  it.each([
    ['api_key_file', 'sk-file', { 'x-api-key': 'sk-file' }],
    ['auth_token_file', 'tok-file', { authorization: 'Bearer tok-file' }],
    ['auth_token_file', 'sk-ant-oat01-file', { authorization: 'Bearer sk-ant-oat01-file', ...oauth }],
  ])('comes from the file of %s before all: %s', async (key, secret, expected) => {
    const { request } = await goesOut({ [key]: await secretFile(secret) }, { ANTHROPIC_API_KEY: 'sk-not-this' });
    expect(request.headers).toMatchObject(expected);
    expect(JSON.stringify(request.rawHeaders)).not.toContain('sk-not-this');
  });

  it('counts at once when its file changes', async () => {
    const file = await secretFile('first');
    const { model: settings } = ServerConfig.parse({ model: { api_key_file: file } });
    expect(await readCredential(settings, {})).toEqual({ 'x-api-key': 'first' });
    await writeFile(file, 'second\n');
    expect(await readCredential(settings, {})).toEqual({ 'x-api-key': 'second' });
  });

  it('is none without one', async () => {
    expect(await readCredential(ServerConfig.parse({}).model, {})).toBeNull();
  });

  it('is not what a sandbox would like it to be, and nothing of the connection goes along', async () => {
    const { request, answer } = await goesOut(
      {},
      { ANTHROPIC_API_KEY: 'sk-key' },
      {
        cookie: 'a=b',
        'proxy-authorization': 'Basic eA==',
        'x-stainless-lang': 'js',
        'anthropic-version': '2023-06-01',
      },
    );
    expect(request.headers).toMatchObject({ 'x-stainless-lang': 'js', 'anthropic-version': '2023-06-01' });
    for (const name of ['cookie', 'proxy-authorization', 'authorization']) {
      expect(request.headers).not.toHaveProperty(name);
    }
    expect(request.headers.host).toBe(new URL(url).host);
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  it('goes to a gateway below its path, with its query', async () => {
    const { request } = await goesOut({ base_url: `${url}/anthropic/?team=blue` }, { ANTHROPIC_AUTH_TOKEN: 't' });
    expect(request.url).toBe('/anthropic/v1/messages?team=blue&beta=true');
  });
});

describe('where a request goes', () => {
  it.each([
    ['https://api.anthropic.com', '/v1/messages?beta=true', 'https://api.anthropic.com/v1/messages?beta=true'],
    ['https://gw.example/a/b/', '/v1/messages', 'https://gw.example/a/b/v1/messages'],
    ['http://gw.example:8080/a?k=v', '/v1/messages?x=?', 'http://gw.example:8080/a/v1/messages?k=v&x=?'],
  ])('%s %s', (base, path, expected) => {
    expect(targetOf(base, path).href).toBe(expected);
  });
});
