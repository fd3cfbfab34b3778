/** What the real Claude CLI (2.1.332) makes of each fault: whoever classifies outcomes relies on these facts. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newDesk, runCli, startCli, type Desk } from './fixtures/claude-cli.js';
import { startScriptedModel, type ScriptedModel } from './scripted-model.js';

let model: ScriptedModel;
let desk: Desk;

beforeAll(async () => {
  model = await startScriptedModel();
  desk = await newDesk();
});
afterAll(async () => {
  await model.close();
  await desk.remove();
});

/** The requests of one run: `S` streaming, `N` not, and how each ended. */
async function run(prompt: string, retries: number) {
  const before = model.requests.length;
  const result = await runCli(prompt, { url: model.url, desk, env: { CLAUDE_CODE_MAX_RETRIES: String(retries) } });
  const requests = model.requests.slice(before).map(({ stream, outcome }) => `${stream ? 'S' : 'N'} ${outcome}`);
  return { ...result, requests };
}

const failed = (fields: Record<string, unknown>) => ({
  code: 1,
  result: { subtype: 'success', is_error: true, terminal_reason: 'api_error', num_turns: 1, ...fields },
});

describe('a fault that stays', () => {
  it.each([
    ['#fail 429', 'rate_limit_error', 429, /^API Error: Request rejected \(429\)/, 'rate_limit'],
    ['#fail 529', 'overloaded_error', 529, /^API Error: 529 Overloaded/, 'overloaded'],
    ['#fail 500', 'api_error', 500, /^API Error: 500 Internal server error/, 'server_error'],
    ['#fail 401', 'authentication_error', 401, /^Invalid API key/, 'authentication_failed'],
  ])(
    '%s: one request, or two with one retry, and a result that calls itself "success" with is_error',
    async (fault, type, status, text, retry) => {
      const expected = failed({ api_error_status: status, api_error_type: type, result: expect.stringMatching(text) });
      const never = await run(`case 1 of ${fault}\n${fault}`, 0);
      expect(never).toMatchObject({ ...expected, requests: ['S refused'] });
      const once = await run(`case 2 of ${fault}\n${fault}`, 1);
      expect(once).toMatchObject({ ...expected, requests: ['S refused', 'S refused'] });
      expect(once.messages.filter(({ subtype }) => subtype === 'api_retry')).toMatchObject([
        { attempt: 1, max_retries: 1, error_status: status, error: retry },
      ]);
    },
  );

  it('a connection dropped before headers: as many requests as tries', async () => {
    const lost = failed({
      api_error_status: null,
      api_error: 'connection_failed',
      result: expect.stringMatching(/ECONNRESET/),
    });
    expect(await run('drop 1\n#drop before_headers', 0)).toMatchObject({ ...lost, requests: ['S dropped'] });
    expect(await run('drop 2\n#drop before_headers', 1)).toMatchObject({
      ...lost,
      requests: ['S dropped', 'S dropped'],
    });
  });

  it('a connection dropped in mid-stream: once more without streaming', async () => {
    const lost = failed({
      api_error_status: null,
      api_error: 'connection_failed',
      result: expect.stringMatching(/ECONNRESET/),
    });
    expect(await run('mid 1\n#drop mid_stream', 0)).toMatchObject({ ...lost, requests: ['S dropped', 'N dropped'] });
    expect(await run('mid 2\n#drop mid_stream', 1)).toMatchObject({
      ...lost,
      requests: ['S dropped', 'S dropped', 'N dropped'],
    });
  });
});

describe('a fault that passes', () => {
  it.each([
    ['#fail 529 times=1', 1, ['S refused', 'S replied']],
    ['#drop before_headers times=1', 1, ['S dropped', 'S replied']],
    ['#drop mid_stream times=1', 0, ['S dropped', 'N replied']],
    ['#drop mid_stream times=2', 1, ['S dropped', 'S dropped', 'N replied']],
  ])('%s with %i retries: the run succeeds', async (fault, retries, requests) => {
    expect(await run(`passing\n${fault}\n#say recovered`, retries)).toMatchObject({
      code: 0,
      requests,
      result: { subtype: 'success', is_error: false, terminal_reason: 'completed', result: 'recovered' },
    });
  });

  it('waits as long as retry-after says', async () => {
    const { messages, requests } = await run('wait\n#fail 429 retry_after=1 times=1\n#say recovered', 1);
    expect(requests).toEqual(['S refused', 'S replied']);
    const [first, second] = model.requests.slice(-2);
    expect((second?.time ?? 0) - (first?.time ?? 0)).toBeGreaterThanOrEqual(1000);
    expect(messages.find(({ subtype }) => subtype === 'api_retry')?.retry_delay_ms).toBeGreaterThanOrEqual(1000);
  });
});

it.each(['mid_stream', 'before_headers'])('a stall %s lasts until someone ends the process', async (moment) => {
  const prompt = `stalling ${moment}\n#stall ${moment}`;
  const { process, done } = startCli(prompt, { url: model.url, desk });
  const request = await model.waitForRequest((each) => each.prompt === prompt);
  expect(request.outcome).toBe('open');
  process.kill('SIGTERM');
  expect(await done).toMatchObject({ code: 143, result: undefined });
  await model.waitForRequest((each) => each === request && each.outcome === 'client_left');
});

it('a reply that is cut at the output limit goes on with the next turn', async () => {
  const script = { turns: [{ reply: ['cut he'], stop_reason: 'max_tokens' }, 'the rest'] };
  expect(await run(`#script ${JSON.stringify(script)}`, 0)).toMatchObject({
    code: 0,
    requests: ['S replied', 'S replied'],
    result: { is_error: false, num_turns: 2, result: 'the rest' },
  });
});

it('an empty reply is asked for once more', async () => {
  expect(await run('#script [[], "words at last"]', 0)).toMatchObject({ code: 0, result: { result: 'words at last' } });
});
