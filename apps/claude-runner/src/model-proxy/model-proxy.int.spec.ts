import { request } from 'node:http';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ServerConfig } from '@aicode/contracts';
import { startScriptedModel, type ScriptedModel } from '@aicode/scripted-model';
import { createLogger } from '@aicode/service-kit';

import { readCredential } from './credential.js';
import { retryAfterMs } from './forward.js';
import { ModelProxy } from './model-proxy.js';
import type { ProxiedProcess } from './proxied-process.js';

let dir: string;
let model: ScriptedModel;
let proxy: ModelProxy;
let count = 0;

beforeAll(async () => {
  dir = await mkdtemp('/tmp/proxy-');
  model = await startScriptedModel();
});
afterAll(async () => {
  await model.close();
  await rm(dir, { recursive: true });
});

const listen = (config: object = {}, env: NodeJS.ProcessEnv = { ANTHROPIC_API_KEY: 'sk-real' }): ModelProxy => {
  count += 1;
  const { model: settings } = ServerConfig.parse({ model: { base_url: model.url, ...config } });
  return new ModelProxy(join(dir, String(count)), settings, env, createLogger({ level: 'silent' }));
};
beforeEach(() => {
  proxy = listen();
});
afterEach(async () => {
  await proxy.stop();
});

interface Answer {
  status: number;
  body: string;
  headers: Record<string, unknown>;
}

function ask(
  process: ProxiedProcess,
  prompt: string,
  options: { path?: string; method?: string; stream?: boolean; header?: string; body?: string; token?: string } = {},
): Promise<Answer> {
  const body =
    options.body ??
    JSON.stringify({
      model: 'claude-x',
      max_tokens: 10,
      stream: options.stream ?? true,
      messages: [{ role: 'user', content: prompt }],
    });
  const token = options.token ?? process.token;
  const credential = options.header === 'x-api-key' ? { 'x-api-key': token } : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath: join(process.directory, 'model.sock'),
        path: options.path ?? '/v1/messages?beta=true',
        method: options.method ?? 'POST',
        headers: {
          'content-type': 'application/json',
          'anthropic-version': '2023-06-01',
          'anthropic-beta': 'one',
          ...credential,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }));
        response.on('error', reject);
      },
    );
    call.on('error', reject).end(body);
  });
}

const ready = (): Promise<ProxiedProcess> => proxy.register();

describe('the model proxy', () => {
  it('streams an answer, with the real credential instead of the token, and counts its tokens', async () => {
    const process = await ready();
    const answer = await ask(process, '#say hello');
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('event: message_stop');
    expect(model.requests.at(-1)?.credential).toEqual({ kind: 'x-api-key', value: 'sk-real' });
    expect(JSON.stringify(model.requests.at(-1)?.headers)).not.toContain(process.token);
    expect(process.tokens.output_tokens).toBeGreaterThan(0);
    expect(process).toMatchObject({ requests: 1, active: 0, failure: null });
  });

  it('passes on what is not streamed too, and counts it', async () => {
    const process = await ready();
    const answer = await ask(process, '#say hello', { stream: false, header: 'x-api-key' });
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'message' });
    expect(process.tokens.input_tokens).toBeGreaterThan(0);
  });

  it.each([
    ['an unknown token', 'aicli-forged', 'POST', '/v1/messages', 401],
    ['another route', null, 'POST', '/v1/files', 404],
    ['another method', null, 'GET', '/v1/messages', 404],
    ['a way round', null, 'POST', '/v1/messages/../files', 404],
  ])('refuses %s', async (_name, token, method, path, status) => {
    const before = model.requests.length;
    const process = await ready();
    const answer = await ask(process, '#say no', { method, path, token: token ?? process.token });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'error' });
    expect(model.requests).toHaveLength(before);
  });

  it('lets nobody in any more once the process has ended, and never by another’s token', async () => {
    const process = await ready();
    const other = await ready();
    expect((await ask(process, '#say no', { token: other.token })).status).toBe(401);
    await process.close();
    await expect(ask(process, '#say no')).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await ask(other, '#say yes')).status).toBe(200);
  });

  it('bounds what one sandbox may hold open', async () => {
    const process = await ready();
    const sockets = Array.from({ length: 80 }, () =>
      connect(join(process.directory, 'model.sock')).on('error', () => undefined),
    );
    await Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))),
    );
    const dropped = sockets.map(
      (socket) => new Promise((resolve) => socket.resume().once('close', () => resolve('dropped'))),
    );
    expect(await Promise.race(dropped)).toBe('dropped');
    sockets.forEach((socket) => socket.destroy());
    const other = await ready();
    expect((await ask(other, '#say others are served')).status).toBe(200);
  });

  it.each([
    [429, 'retry_after=3', 3000],
    [529, '', null],
    [401, '', null],
  ])('passes on a %s and remembers it', async (status, more, retryAfter) => {
    const process = await ready();
    const answer = await ask(process, `#fail ${status} ${more}\n#say ${status}`);
    expect(answer.status).toBe(status);
    expect(process.failure).toEqual({ status, kind: 'status', retryAfterMs: retryAfter });
    await ask(process, '#say fine');
    expect(process.failure).toBeNull();
  });

  it('says that a model cannot be reached', async () => {
    await proxy.stop();
    proxy = listen({ base_url: 'http://127.0.0.1:1' });
    const process = await ready();
    expect((await ask(process, 'hi')).status).toBe(502);
    expect(process.failure).toMatchObject({ kind: 'unreachable' });
  });

  it.each(['before_headers', 'mid_stream'])('cuts a model that falls silent: %s', async (moment) => {
    await proxy.stop();
    proxy = listen({ first_byte_timeout: 200, stream_idle_timeout: 200 });
    const process = await ready();
    await ask(process, `#stall ${moment}\n#say ${moment}`).catch(() => null);
    expect(process.failure).toMatchObject({ kind: 'silent' });
    expect(process.active).toBe(0);
  });

  it('sees a stream that breaks', async () => {
    const process = await ready();
    await ask(process, '#drop mid_stream\n#say broken').catch(() => null);
    expect(process.failure).toMatchObject({ kind: 'unreachable' });
  });

  it('refuses a request that is too large', async () => {
    await proxy.stop();
    proxy = listen({ max_request: 1000 });
    const process = await ready();
    const answer = await ask(process, '', { body: 'x'.repeat(5000) }).catch(() => ({ status: 413 }));
    expect(answer.status).toBe(413);
  });

  it('lets go of the model when the CLI goes away', async () => {
    const process = await ready();
    const controller = new AbortController();
    const call = request({
      socketPath: join(process.directory, 'model.sock'),
      path: '/v1/messages',
      method: 'POST',
      signal: controller.signal,
      headers: { authorization: `Bearer ${process.token}`, 'content-type': 'application/json' },
    });
    call.on('error', () => undefined);
    call.end(
      JSON.stringify({
        model: 'm',
        max_tokens: 10,
        stream: true,
        messages: [{ role: 'user', content: '#gate left\n#say late' }],
      }),
    );
    await model.waitForGate('left', { timeoutMs: 5000 });
    controller.abort();
    await model.waitForRequest((seen) => seen.outcome === 'client_left', { timeoutMs: 5000 });
    expect(process.failure).toBeNull();
  });

  it('is a socket that other users may open, in a directory that they may not list', async () => {
    const { directory } = await ready();
    expect((await stat(join(directory, 'model.sock'))).mode & 0o777).toBe(0o666);
    expect((await stat(directory)).mode & 0o777).toBe(0o711);
  });

  it('refuses a path that no socket can have', () => {
    const { model: settings } = ServerConfig.parse({});
    const log = createLogger({ level: 'silent' });
    expect(() => new ModelProxy(join(dir, 'x'.repeat(120)), settings, {}, log)).toThrow('Choose a shorter AICLI_HOME');
  });
});

describe('the credential', () => {
  const { model: settings } = ServerConfig.parse({});
  it.each([
    [{ ANTHROPIC_API_KEY: 'k', ANTHROPIC_AUTH_TOKEN: 't' }, { 'x-api-key': 'k' }],
    [{ ANTHROPIC_AUTH_TOKEN: 't' }, { authorization: 'Bearer t' }],
    [{ CLAUDE_CODE_OAUTH_TOKEN: 'o' }, { authorization: 'Bearer o', 'anthropic-beta': 'oauth-2025-04-20' }],
    [{}, null],
  ])('comes from the environment %j', async (env, expected) => {
    expect(await readCredential(settings, env)).toEqual(expected);
  });

  it('comes from a file before all', async () => {
    const file = join(dir, 'key');
    await writeFile(file, 'from-file\n');
    expect(await readCredential({ ...settings, api_key_file: file }, { ANTHROPIC_API_KEY: 'k' })).toEqual({
      'x-api-key': 'from-file',
    });
    expect(await readCredential({ ...settings, auth_token_file: file }, {})).toEqual({
      authorization: 'Bearer from-file',
    });
  });

  it('of a subscription keeps the betas that the CLI asks for', async () => {
    await proxy.stop();
    proxy = listen({}, { CLAUDE_CODE_OAUTH_TOKEN: 'o' });
    await ask(await ready(), '#say hi');
    expect(model.requests.at(-1)?.headers['anthropic-beta']).toBe('one,oauth-2025-04-20');
  });
});

describe('retryAfterMs', () => {
  it.each([
    ['5', 5000],
    ['0.5', 500],
    ['Thu, 01 Jan 1970 00:00:10 GMT', 9000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', null],
    [undefined, null],
  ])('%s', (value, expected) => {
    expect(retryAfterMs(value, 1000)).toBe(expected);
  });
});
