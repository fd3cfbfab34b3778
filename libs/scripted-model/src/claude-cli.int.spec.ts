import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newDesk, runCli, type Desk } from './fixtures/claude-cli.js';
import { startScriptedModel, type ScriptedModel } from './scripted-model.js';

describe('the real Claude CLI on the scripted model', () => {
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

  it('writes a file and runs a command by the turns of its prompt', async () => {
    const prompt =
      '#think plan it\n#write hello.txt one\\ntwo\n#bash wc -l < hello.txt > lines.txt; echo counted\n#say all done';
    const run = await runCli(prompt, { url: model.url, desk });

    expect(run).toMatchObject({
      code: 0,
      result: { subtype: 'success', is_error: false, result: 'all done', num_turns: 3 },
    });
    expect(await readFile(join(desk.work, 'hello.txt'), 'utf8')).toBe('one\ntwo');
    expect((await readFile(join(desk.work, 'lines.txt'), 'utf8')).trim()).toBe('1');
    const first = run.messages.find(({ type }) => type === 'assistant');
    expect(first).toMatchObject({ message: { content: [{ type: 'thinking', thinking: 'plan it' }] } });
    expect(model.requests.map(({ scenario, turn, outcome }) => [scenario, turn, outcome])).toEqual([
      ['inline', 0, 'replied'],
      ['inline', 1, 'replied'],
      ['inline', 2, 'replied'],
    ]);
  });

  it('is reached through a unix socket, with an http base URL that nobody listens at', async () => {
    const socketPath = join(desk.home, 'model.sock');
    const behindSocket = await startScriptedModel({ listen: { socketPath } });
    const run = await runCli('#say through the socket', {
      url: 'http://model.invalid',
      desk,
      env: { ANTHROPIC_UNIX_SOCKET: socketPath, ANTHROPIC_AUTH_TOKEN: 'tok', ANTHROPIC_API_KEY: '' },
    });
    expect(run.result?.result).toBe('through the socket');
    expect(behindSocket.requests).toMatchObject([{ credential: { kind: 'bearer', value: 'tok' } }]);
    await behindSocket.close();
  });
});
