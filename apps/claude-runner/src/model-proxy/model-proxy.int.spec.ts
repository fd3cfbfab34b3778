import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ServerConfig } from '@aicode/contracts';
import { startScriptedModel, type ScriptedModel } from '@aicode/scripted-model';
import { createLogger } from '@aicode/service-kit';
import { until } from '@aicode/testing';

import { ask } from '../fixtures/ask-model.js';
import { readCredential } from './credential.js';
import { retryAfterMs } from './forward.js';
import { ModelProxy } from './model-proxy.js';
import type { ProxiedProcess } from './proxied-process.js';

let dir: string;
let model: ScriptedModel;
let proxy: ModelProxy;

beforeAll(async () => {
  dir = await mkdtemp('/tmp/proxy-');
  model = await startScriptedModel();
});
afterAll(async () => {
  await model.close();
  await rm(dir, { recursive: true });
});

const proxyWith = (config: object = {}, env: NodeJS.ProcessEnv = { ANTHROPIC_API_KEY: 'sk-real' }): ModelProxy => {
  const { model: settings } = ServerConfig.parse({ model: { base_url: model.url, ...config } });
  return new ModelProxy(settings, env, createLogger({ level: 'silent' }));
};
beforeEach(() => {
  proxy = proxyWith();
});
afterEach(() => proxy.stop());

const ready = (): ProxiedProcess => proxy.register();

describe('the model proxy', () => {
  it('streams an answer, with the real credential instead of the token, and counts its tokens', async () => {
    const process = ready();
    const answer = await ask(process, '#say hello');
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('event: message_stop');
    expect(model.requests.at(-1)?.credential).toEqual({ kind: 'x-api-key', value: 'sk-real' });
    expect(JSON.stringify(model.requests.at(-1)?.headers)).not.toContain(process.token);
    expect(process.tokens.output_tokens).toBeGreaterThan(0);
    expect(process).toMatchObject({ requests: 1, failure: null });
    await until(() => process.active === 0);
  });

  it('passes on what is not streamed too, and counts it', async () => {
    const process = ready();
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
    const process = ready();
    const answer = await ask(process, '#say no', { method, path, token: token ?? process.token });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'error' });
    expect(model.requests).toHaveLength(before);
  });

  it('lets nobody in any more once the process has ended, and never by another’s token', async () => {
    const process = ready();
    const other = ready();
    expect((await ask(process, '#say no', { token: other.token })).status).toBe(401);
    process.close();
    await expect(ask(process, '#say no')).rejects.toThrow();
    expect((await ask(other, '#say yes')).status).toBe(200);
  });

  it.each([
    [429, 'retry_after=1', 1000],
    [529, '', null],
    [401, '', null],
  ])('passes on a %s and remembers it', async (status, more, retryAfter) => {
    const process = ready();
    const answer = await ask(process, `#fail ${status} ${more}\n#say ${status}`);
    expect(answer.status).toBe(status);
    expect(process.failure).toEqual({ status, kind: 'status', retryAfterMs: retryAfter });
    await ask(process, '#say fine');
    expect(process.failure).toBeNull();
  });

  it('says that a model cannot be reached', async () => {
    proxy.stop();
    proxy = proxyWith({ base_url: 'http://127.0.0.1:1' });
    const process = ready();
    expect((await ask(process, 'hi')).status).toBe(502);
    expect(process.failure).toMatchObject({ kind: 'unreachable' });
  });

  it.each(['before_headers', 'mid_stream'])('cuts a model that falls silent: %s', async (moment) => {
    proxy.stop();
    proxy = proxyWith({ first_byte_timeout: 200, stream_idle_timeout: 200 });
    const process = ready();
    await ask(process, `#stall ${moment}\n#say ${moment}`).catch(() => null);
    expect(process.failure).toMatchObject({ kind: 'silent' });
    await until(() => process.active === 0);
  });

  it('sees a stream that breaks', async () => {
    const process = ready();
    await ask(process, '#drop mid_stream\n#say broken').catch(() => null);
    expect(process.failure).toMatchObject({ kind: 'unreachable' });
  });

  it('refuses a request that is too large', async () => {
    proxy.stop();
    proxy = proxyWith({ max_request: 1000 });
    const process = ready();
    const answer = await ask(process, '', { body: 'x'.repeat(5000) }).catch(() => ({ status: 413 }));
    expect(answer.status).toBe(413);
  });

  it('lets go of the model when the CLI goes away, and counts what it had sent', async () => {
    const process = ready();
    const controller = new AbortController();
    const answer = ask(process, '#gate left\n#say late', { signal: controller.signal });
    await model.waitForGate('left', { timeoutMs: 5000 });
    controller.abort();
    await expect(answer).rejects.toThrow('aborted');
    await model.waitForRequest((seen) => seen.outcome === 'client_left', { timeoutMs: 5000 });
    await until(() => process.active === 0);
    expect(process.failure).toBeNull();
    expect(process.tokens.input_tokens).toBeGreaterThan(10);
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
    proxy.stop();
    proxy = proxyWith({}, { CLAUDE_CODE_OAUTH_TOKEN: 'o' });
    await ask(ready(), '#say hi');
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
