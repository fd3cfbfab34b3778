import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ask } from './fixtures/messages-client.js';
import { isObject, stringOf } from './json-shape.js';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

describe('main', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  function start(...args: string[]) {
    const loader = ['--import', '@swc-node/register/esm-register'];
    const child = spawn(process.execPath, [...loader, main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: {} });
    children.push(child);
    return child;
  }

  async function urlOf({ stdout }: ReturnType<typeof start>): Promise<string> {
    for await (const line of createInterface({ input: stdout })) {
      const value: unknown = JSON.parse(line);
      return isObject(value) ? stringOf(value.url) : '';
    }
    return '';
  }

  it('serves a file of scenarios and the demo, says where, and stops on SIGTERM with an answer open', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scripted-model-'));
    const file = join(folder, 'scenarios.json');
    await writeFile(file, JSON.stringify([{ name: 'a', match: { contains: 'apple' }, turns: ['pear'] }]));
    const child = start('--scenarios', file, '--demo');
    const url = await urlOf(child);
    expect(await (await ask(url, 'an apple')).json()).toMatchObject({ content: [{ text: 'pear' }] });
    expect(await (await ask(url, 'else')).json()).toMatchObject({ content: [{}, { name: 'Write' }] });
    const stalled = expect(ask(url, '#stall mid_stream').then((response) => response.text())).rejects.toThrow();
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    await stalled;
    await rm(folder, { recursive: true });
  });

  it.each([
    [['--port', 'many'], '--port must be a number'],
    [['--scenarios', '/nowhere.json'], 'ENOENT'],
  ])('refuses %j with a sentence and exit code 2', async (args, message) => {
    const child = start(...args);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(stderr).toContain(message);
    expect(stderr).toContain('usage:');
  });
});
