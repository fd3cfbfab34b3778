import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { query, type SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { EventEmitter, on } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { claudeBinary, newDesk, runCli, startCli, type CliRun, type Desk } from './fixtures/claude-cli.js';
import { stringOf } from './json-shape.js';
import { startScriptedModel, type ScriptedModel } from './scripted-model.js';

describe('conversations of the real Claude CLI', () => {
  let model: ScriptedModel;
  let desk: Desk;
  beforeEach(async () => {
    model = await startScriptedModel();
    desk = await newDesk();
  });
  afterEach(async () => {
    await model.close();
    await desk.remove();
  });

  const run = (prompt: string, args: string[] = []): Promise<CliRun> => runCli(prompt, { url: model.url, desk, args });
  const resume = (first: CliRun, prompt: string): Promise<CliRun> =>
    run(prompt, ['--resume', stringOf(first.messages[0]?.session_id)]);
  const turns = (): string[] =>
    model.requests.map(({ prompt, turn, side }) => side ?? `${prompt.split('\n')[0]} ${turn}`);

  it('goes on at the right turn when a session is resumed after a failure', async () => {
    const first = await run('job\n#bash echo one >> log\n#fail 529 times=1\n#bash echo two >> log\n#say both done');
    expect(first).toMatchObject({ code: 1, result: { api_error_status: 529 } });
    const second = await resume(first, 'Continue from where you left off.');
    expect(second).toMatchObject({ code: 0, result: { result: 'both done' } });
    expect(turns()).toEqual(['job 0', 'job 1', 'job 1', 'job 2']);
    expect(await readFile(join(desk.work, 'log'), 'utf8')).toBe('one\ntwo\n');
  });

  it('goes on when the process was killed while the model was silent', async () => {
    const running = startCli('job\n#bash echo one >> log\n#stall mid_stream times=1\n#say done', {
      url: model.url,
      desk,
    });
    await model.waitForRequest(({ turn }) => turn === 1);
    running.process.kill('SIGTERM');
    const second = await resume(await running.done, '#continue');
    expect(second).toMatchObject({ code: 0, result: { result: 'done' } });
    expect(turns()).toEqual(['job 0', 'job 1', 'job 1']);
  });

  it('begins a new script with a new prompt in the same session', async () => {
    const first = await run('one\n#bash echo a\n#say first');
    const second = await resume(first, 'two\n#bash echo b\n#say second');
    expect(second.result?.result).toBe('second');
    expect(turns()).toEqual(['one 0', 'one 1', 'two 0', 'two 1']);
    expect(new Set(model.requests.map(({ sessionId }) => sessionId)).size).toBe(1);
  });

  it('keeps parallel conversations apart, in the order that the gates give', async () => {
    const other = await newDesk();
    const script = (name: string) => `${name}\n#gate ${name}\n#bash echo ${name}\n#say ${name} done`;
    const slow = startCli(script('slow'), { url: model.url, desk });
    const quick = startCli(script('quick'), { url: model.url, desk: other });
    await Promise.all([model.waitForGate('slow'), model.waitForGate('quick')]);
    model.release('quick');
    expect((await quick.done).result?.result).toBe('quick done');
    expect(slow.process.exitCode).toBeNull();
    model.release('slow');
    expect((await slow.done).result?.result).toBe('slow done');
    await other.remove();
  });

  it('runs two tools of one reply, and tells the next turn their results', async () => {
    const tool = (command: string) => ({ tool_use: { name: 'Bash', input: { command } } });
    const script = JSON.stringify([[tool('echo A'), tool('echo B')], 'they said: {{result}}']);
    expect((await run(`#script ${script}`)).result?.result).toMatch(/^they said: (A\nB|B\nA)$/);
  });

  it('answers hooks beside the conversation without taking a turn', async () => {
    const hook = (matcher?: string) => [{ matcher, hooks: [{ type: 'prompt', prompt: 'Is this fine? $ARGUMENTS' }] }];
    const settings = JSON.stringify({ hooks: { PreToolUse: hook('Bash'), Stop: hook() } });
    expect((await run('job\n#bash echo a\n#say done', ['--settings', settings])).result?.result).toBe('done');
    expect(turns()).toEqual(['job 0', 'hook', 'job 1', 'hook']);
  });

  it('answers a compaction, and goes on after it', async () => {
    const first = await run('one\n#bash echo a\n#say first');
    expect(await resume(first, '/compact')).toMatchObject({ code: 0 });
    expect((await resume(first, 'two\n#say second')).result?.result).toBe('second');
    expect(turns()).toEqual(['one 0', 'one 1', 'compact', 'two 0']);
  });

  it('serves many turns of one process, an interrupted one and the title of its session', async () => {
    const inbox = new EventEmitter();
    const arriving = on(inbox, 'prompt');
    const prompts = async function* (): AsyncGenerator<SDKUserMessage> {
      for await (const [content] of arriving) {
        yield { type: 'user', message: { role: 'user', content: String(content) }, parent_tool_use_id: null };
      }
    };
    const quiet = { DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1', DISABLE_AUTOUPDATER: '1' };
    const api = { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_AUTH_TOKEN: 'tok' };
    const env = { HOME: desk.home, PATH: '/usr/bin:/bin', ...api, ...quiet };
    const options = { cwd: desk.work, env, allowedTools: ['Bash'], pathToClaudeCodeExecutable: claudeBinary };
    const session = query({ prompt: prompts(), options });
    const interrupted = model.waitForGate('held').then(() => session.interrupt());
    const script = ['one\n#say first', 'two\n#bash echo a\n#gate held\n#say never', 'three\n#say third'];
    const results: string[] = [];
    const sendNext = (): boolean => inbox.emit('prompt', script[results.length]);
    sendNext();
    for await (const message of session) {
      if (message.type !== 'result') continue;
      results.push(message.subtype === 'success' ? message.result : message.subtype);
      if (results.length === script.length) break;
      sendNext();
    }
    await interrupted;
    expect(results).toEqual(['first', 'error_during_execution', 'third']);
    expect(turns()).toEqual(expect.arrayContaining(['title', 'one 0', 'two 0', 'two 1', 'three 0']));
    expect(model.requests.every(({ credential }) => credential?.kind === 'bearer' && credential.value === 'tok')).toBe(
      true,
    );
  });
});
