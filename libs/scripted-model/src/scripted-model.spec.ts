import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, eventsIn, readUntil, streamedText } from './fixtures/messages-client.js';
import { startScriptedModel, type ScriptedModel, type ScriptedModelOptions } from './scripted-model.js';

const stream = { stream: true };

describe('the scripted model over HTTP', () => {
  const running: ScriptedModel[] = [];
  const start = async (options?: ScriptedModelOptions): Promise<ScriptedModel> => {
    const model = await startScriptedModel(options);
    running.push(model);
    return model;
  };
  afterEach(() => Promise.all(running.splice(0).map((model) => model.close())));

  it('streams thinking, text and a tool use with the events of the Messages API', async () => {
    const { url } = await start();
    const response = await ask(
      url,
      '#script [[{"thinking":"hm"},"Grüße 👋 to all of you out there",{"tool_use":{"name":"Bash","input":{"command":"ls"}}}]]',
      stream,
    );
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = eventsIn(await response.text());
    const names = events.map(({ event }) => event).filter((event, index, all) => event !== all[index - 1]);
    const block = ['content_block_start', 'content_block_delta', 'content_block_stop'];
    expect(names).toEqual(['message_start', 'ping', ...block, ...block, ...block, 'message_delta', 'message_stop']);
    expect(events.every(({ event, data }) => data.type === event)).toBe(true);
    expect(events.filter(({ event }) => event === 'content_block_start').map(({ data }) => data)).toMatchObject([
      { index: 0, content_block: { type: 'thinking', thinking: '' } },
      { index: 1, content_block: { type: 'text', text: '' } },
      { index: 2, content_block: { type: 'tool_use', name: 'Bash', input: {} } },
    ]);
    const deltas = events.filter(({ event }) => event === 'content_block_delta').map(({ data }) => data.delta);
    expect(deltas).toMatchObject([
      { type: 'thinking_delta', thinking: 'hm' },
      { type: 'signature_delta' },
      { type: 'text_delta', text: 'Grüße 👋 to all of you ou' },
      { type: 'text_delta' },
      { type: 'input_json_delta', partial_json: '{"command":"ls"}' },
    ]);
    expect(events.at(-2)?.data).toMatchObject({
      delta: { stop_reason: 'tool_use' },
      usage: { output_tokens: expect.any(Number) },
    });
  });

  it('answers in one piece when no stream is asked for', async () => {
    const { url } = await start();
    const script = { turns: [{ reply: ['hi'], stop_reason: 'max_tokens', usage: { output_tokens: 77 } }] };
    const response = await ask(url, `#script ${JSON.stringify(script)}`);
    expect(await response.json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'claude-test',
      content: [{ type: 'text', text: 'hi' }],
      stop_reason: 'max_tokens',
      usage: { output_tokens: 77, cache_creation_input_tokens: 0 },
    });
  });

  it.each([
    ['#fail 429 retry_after=7', 429, 'rate_limit_error'],
    ['#fail 401', 401, 'authentication_error'],
    ['#fail 500', 500, 'api_error'],
    ['#fail 529', 529, 'overloaded_error'],
    ['#fail 503', 503, 'api_error'],
    ['#fail 418', 418, 'invalid_request_error'],
  ])('%s', async (prompt, status, type) => {
    const { url } = await start();
    const response = await ask(url, prompt, stream);
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(status === 429 ? '7' : null);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type, message: expect.any(String) } });
  });

  it('sends headers and message that a fault names', async () => {
    const { url } = await start();
    const response = await ask(url, '#script [{"status":429,"message":"later","headers":{"x-limit":"5h"}}]');
    expect(response.headers.get('x-limit')).toBe('5h');
    expect(await response.json()).toMatchObject({ error: { message: 'later' } });
  });

  it('fails inside a stream with an error event, and plainly where there is none', async () => {
    const { url } = await start();
    const events = eventsIn(await (await ask(url, '#fail 529 mid_stream', stream)).text());
    expect(events.at(-1)).toMatchObject({ event: 'error', data: { error: { type: 'overloaded_error' } } });
    expect((await ask(url, '#fail 529 mid_stream')).status).toBe(529);
  });

  it.each([
    ['before_headers', stream],
    ['before_headers', {}],
  ])('drops the connection %s %j', async (moment, fields) => {
    const model = await start();
    await expect(ask(model.url, `#drop ${moment}`, fields)).rejects.toThrow('fetch failed');
    await model.waitForRequest(({ outcome }) => outcome === 'dropped');
  });

  it('drops the connection in the middle of an answer, after what it says first', async () => {
    const model = await start();
    const response = await ask(model.url, '#script [{"drop":"mid_stream","text":"so far"}]', stream);
    expect(streamedText(await readUntil(response, (body) => streamedText(body) === 'so far'))).toBe('so far');
    const whole = await ask(model.url, '#drop mid_stream');
    expect(whole.status).toBe(200);
    await expect(whole.text()).rejects.toThrow('terminated');
  });

  it('stalls until the client leaves, and records that', async () => {
    const model = await start();
    const client = new AbortController();
    const response = await ask(model.url, '#stall mid_stream', stream, { signal: client.signal });
    await readUntil(response, (body) => streamedText(body) !== '');
    expect(model.requests.at(0)?.outcome).toBe('open');
    client.abort();
    await model.waitForRequest(({ outcome }) => outcome === 'client_left');
  });

  it('stalls before any header, until it is closed itself', async () => {
    const model = await start();
    const answer = ask(model.url, '#stall before_headers');
    await model.waitForRequest(({ outcome }) => outcome === 'open');
    const lost = expect(answer).rejects.toThrow('fetch failed');
    await model.close();
    await lost;
  });

  it('holds an answer at a gate, and a stream between two blocks', async () => {
    const model = await start();
    const script = JSON.stringify([{ gate: 'start', reply: ['one', { gate: 'middle' }, 'two'] }]);
    const answer = ask(model.url, `#script ${script}`, stream);
    await model.waitForGate('start');
    model.release('start');
    const response = await answer;
    await model.waitForGate('middle');
    model.release('middle');
    expect(streamedText(await response.text())).toBe('onetwo');

    const whole = ask(model.url, '#script [["one",{"gate":"middle"}]]');
    await model.waitForGate('middle');
    model.release('middle');
    expect(await (await whole).json()).toMatchObject({ content: [{ text: 'one' }] });
  });

  it('lets a client go that leaves while it is held', async () => {
    const model = await start();
    const client = new AbortController();
    const held = ask(model.url, '#gate g\n#say x', stream, { signal: client.signal }).catch(() => 'gone');
    await model.waitForGate('g');
    client.abort();
    expect(await held).toBe('gone');
    await model.waitForRequest(({ outcome }) => outcome === 'client_left');
    await expect(model.waitForGate('g', { timeoutMs: 1 })).rejects.toThrow('0 of 1');
  });

  it('records who asked what, with the credential as it came', async () => {
    const model = await start({ keepRequests: 2 });
    await ask(model.url, 'first');
    const metadata = { user_id: JSON.stringify({ session_id: 's-1' }) };
    await ask(model.url, 'second', { metadata }, { headers: { authorization: 'Bearer tok' } });
    await ask(model.url, '#say third', { metadata: { user_id: 'plain' } }, { headers: {} });
    expect(model.requests).toMatchObject([
      {
        number: 2,
        prompt: 'second',
        credential: { kind: 'bearer', value: 'tok' },
        sessionId: 's-1',
        scenario: null,
        turn: 0,
      },
      { number: 3, prompt: '#say third', credential: null, sessionId: null, scenario: 'inline', outcome: 'replied' },
    ]);
    await expect(model.waitForRequest(() => false, { timeoutMs: 1 })).rejects.toThrow(
      '2 came: default#0 replied, inline#0 replied',
    );
  });

  it('accepts only the credentials that it was given', async () => {
    const { url } = await start({ credentials: ['sk-good'] });
    expect((await ask(url, 'x')).status).toBe(401);
    expect((await ask(url, 'x', {}, { headers: { 'x-api-key': 'sk-good' } })).status).toBe(200);
    expect((await ask(url, 'x', {}, { headers: { authorization: 'Bearer sk-good' } })).status).toBe(200);
  });

  it('counts tokens, lists models, and knows nothing else', async () => {
    const lines: string[] = [];
    const { url } = await start({ log: (line) => lines.push(line) });
    const init = {
      method: 'POST',
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x'.repeat(400) }] }),
    };
    const counted = await fetch(`${url}/v1/messages/count_tokens?beta=true`, init);
    expect(await counted.json()).toEqual({ input_tokens: expect.any(Number) });
    expect((await fetch(`${url}/v1/models`)).status).toBe(200);
    const other = await fetch(`${url}/_control/requests`);
    expect(other.status).toBe(404);
    expect(await other.json()).toMatchObject({ error: { type: 'not_found_error' } });
    expect(lines).toEqual(['POST /v1/messages/count_tokens 200', 'GET /v1/models 200', 'GET /_control/requests 404']);
  });

  it.each([
    ['not JSON', '{', 400],
    ['not an object', '[]', 400],
    ['no model', '{"messages":[{}]}', 400],
    ['no messages', '{"model":"m"}', 400],
    ['messages of a wrong form are empty ones', '{"model":"m","messages":[1,{"role":"user","content":[2]}]}', 200],
    ['too large', JSON.stringify('x'.repeat(33 * 1024 * 1024)), 413],
  ])('a body that is %s', async (_, body, status) => {
    const { url } = await start();
    expect((await ask(url, '', {}, { body })).status).toBe(status);
    if (status === 400) {
      expect((await fetch(`${url}/v1/messages/count_tokens`, { method: 'POST', body })).status).toBe(status);
    }
  });

  it('carries an answer larger than any buffer to a client that reads slowly', async () => {
    const { url } = await start({
      scenarios: [{ name: 'big', match: {}, turns: [{ reply: [{ text: 'ä'.repeat(8e6) }] }] }],
    });
    const response = await ask(url, 'x', stream);
    expect(streamedText(await response.text())).toHaveLength(8e6);
  });

  it('listens on a unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scripted-model-'));
    const socketPath = join(folder, 'model.sock');
    const model = await start({ listen: { socketPath } });
    expect(model.url).toBe('http://localhost');
    const status = await new Promise((resolve, reject) => {
      request({ socketPath, path: '/v1/models' }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    await rm(folder, { recursive: true });
  });

  it('says why it cannot listen', async () => {
    const { url } = await start();
    await expect(startScriptedModel({ listen: { port: Number(new URL(url).port) } })).rejects.toThrow('EADDRINUSE');
  });

  it('ends waits when it is closed', async () => {
    const model = await start();
    const wait = expect(model.waitForRequest(() => false)).rejects.toThrow('the scripted model was closed');
    await Promise.all([model.close(), model.close()]);
    await wait;
  });

  describe('control over HTTP', () => {
    it('shows requests, waits at gates and releases them', async () => {
      const model = await start({ control: true });
      const control = (path: string, method = 'GET') => fetch(`${model.url}/_control/${path}`, { method });
      expect((await control('gates/a%2Fb?timeout_ms=1')).status).toBe(408);
      const answer = ask(model.url, '#gate a/b\n#say x');
      expect(await (await control('gates/a%2Fb?timeout_ms=5000')).json()).toEqual({ waiting: 1 });
      expect(await (await control('release/a%2Fb', 'POST')).json()).toEqual({ released: 1 });
      expect((await answer).status).toBe(200);
      expect(await (await control('requests')).json()).toMatchObject({
        requests: [{ prompt: '#gate a/b\n#say x', outcome: 'replied' }],
      });
      for (const [path, method] of [
        ['release/', 'POST'],
        ['release/a', 'GET'],
        ['requests', 'POST'],
        ['gates', 'GET'],
      ]) {
        expect((await control(path ?? '', method)).status).toBe(404);
      }
    });
  });
});
