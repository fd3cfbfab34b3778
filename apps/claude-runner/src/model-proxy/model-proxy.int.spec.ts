import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ServerConfig } from '@aicode/contracts';
import { startScriptedModel, type ScriptedModel } from '@aicode/scripted-model';
import { createLogger } from '@aicode/service-kit';
import { until } from '@aicode/testing';

import { ask } from '../fixtures/ask-model.js';
import { retryAfterMs } from './forward.js';
import { ModelProxy } from './model-proxy.js';
import type { ProxiedProcess } from './proxied-process.js';

let model: ScriptedModel;
let proxy: ModelProxy;

beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(async () => {
  await model.close();
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

describe('what all processes share', () => {
  it('is a number of requests at once: further ones wait, and count as at work', async () => {
    proxy.stop();
    proxy = proxyWith({ max_concurrent: 1 });
    const [one, two, three] = [ready(), ready(), ready()];
    const first = ask(one, '#gate shared\n#say first');
    await model.waitForGate('shared', { timeoutMs: 5000 });
    const left = new AbortController();
    const before = model.requests.length;
    const second = ask(two, '#say second', { signal: left.signal });
    const third = ask(three, '#say third');
    await until(() => two.active === 1 && three.active === 1);
    left.abort();
    await expect(second).rejects.toThrow('aborted');
    await until(() => two.active === 0);
    expect(model.requests).toHaveLength(before);
    model.release('shared');
    expect((await first).status).toBe(200);
    expect((await third).body).toContain('third');
    expect(model.requests).toHaveLength(before + 1);
    expect(two.failure).toBeNull();
  });

  it.each([429, 529])('is a short rest after a %s: the next request of anybody waits for its end', async (status) => {
    const [one, two] = [ready(), ready()];
    expect((await ask(one, `#fail ${status} retry_after=1\n#say ${status}`)).status).toBe(status);
    const begin = performance.now();
    expect((await ask(two, '#say rested')).status).toBe(200);
    expect(performance.now() - begin).toBeGreaterThan(900);
  });

  it.each([
    [429, 'rate_limit_error'],
    [529, 'overloaded_error'],
  ])('is a long rest after a %s: whoever asks is told so, and the model is left alone', async (status, type) => {
    const [one, two] = [ready(), ready()];
    await ask(one, `#fail ${status} retry_after=60\n#say long ${status}`);
    const before = model.requests.length;
    const answer = await ask(two, '#say no');
    expect(answer).toMatchObject({ status, headers: { 'retry-after': '60' } });
    expect(JSON.parse(answer.body)).toMatchObject({ error: { type } });
    expect(two.failure).toMatchObject({ status, kind: 'status' });
    expect(two.failure?.retryAfterMs).toBeGreaterThan(58_000);
    expect(model.requests).toHaveLength(before);
  });
});

describe('a budget', () => {
  const usage = '{"input_tokens":1000,"output_tokens":100,"cache_read_input_tokens":0,"cache_creation_input_tokens":0}';
  const answer = (name: string) => `#script {"turns":[{"reply":[{"text":"${name}"}],"usage":${usage}}]}`;
  // By the list of prices an answer of claude-sonnet-4 costs $0.003 + $0.0015.
  const withBudget = (usd: number) => {
    let spent = 0;
    const process = proxy.register({ usd, onSpent: () => (spent += 1) });
    return {
      process,
      spent: () => spent,
      ask: (name: string) => ask(process, answer(name), { model: 'claude-sonnet-4' }),
    };
  };

  it('is counted by the list of prices, and once it is used up the model is not asked any more', async () => {
    const { process, ask, spent } = withBudget(0.009);
    expect((await ask('one')).status).toBe(200);
    expect(process.costUsd).toBeCloseTo(0.0045, 6);
    // The one that crosses it is answered to its end.
    expect((await ask('two')).body).toContain('message_stop');
    expect(spent()).toBe(0);
    const before = model.requests.length;
    const refused = await ask('three');
    expect(refused).toMatchObject({ status: 402, headers: { 'x-should-retry': 'false' } });
    expect(JSON.parse(refused.body)).toMatchObject({ error: { type: 'billing_error' } });
    expect(spent()).toBe(1);
    expect(model.requests).toHaveLength(before);
  });

  it('that is nothing asks nothing', async () => {
    const { ask, spent } = withBudget(-1);
    expect((await ask('never')).status).toBe(402);
    expect(spent()).toBe(1);
  });

  it('is counted by the prices of the configuration first', async () => {
    proxy.stop();
    proxy = proxyWith({ prices: ['claude-sonnet-4=1000/0/0/0'] });
    const { process, ask } = withBudget(100);
    await ask('dear');
    expect(process.costUsd).toBeCloseTo(1, 6);
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
