import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { containersStack, finish, uid, type ContainersStack, type TestWorkspace } from './fixtures/containers-stack.js';

let stack: ContainersStack;
let workspace: TestWorkspace;
beforeAll(async () => {
  stack = await containersStack();
  workspace = await stack.workspace();
});
afterAll(() => stack.stop());

describe('a program in a container', () => {
  it('has its streams, its exit code and the project as its owner', async () => {
    const result = await finish(
      await workspace.sh('id -u; pwd; echo made > file; echo "$A" >&2; exit 3', { env: { A: 'b c' } }),
    );
    expect(result).toEqual({ code: 3, signal: null, reason: null, stdout: `${uid}\n/workspace\n`, stderr: 'b c\n' });
  });

  it('reads its input to the end and answers after it', async () => {
    const running = await workspace.sh('sort; echo done');
    running.stdin.write('b\n');
    running.stdin.end('a\n');
    expect(await finish(running)).toMatchObject({ stdout: 'a\nb\ndone\n', code: 0 });
  });

  it('gives 100 MB, whole', async () => {
    const running = await workspace.sh('head -c 100000000 /dev/zero');
    running.stdin.end();
    const hash = createHash('sha1');
    let size = 0;
    for await (const chunk of running.stdout) {
      size += (chunk as Buffer).length;
      hash.update(chunk as Buffer);
    }
    expect(size).toBe(100_000_000);
    expect(hash.digest('hex')).toBe(createHash('sha1').update(Buffer.alloc(100_000_000)).digest('hex'));
    expect(await running.exited).toMatchObject({ code: 0 });
  });

  it('waits for a reader who does not read, and loses nothing when it ends meanwhile', async () => {
    const running = await workspace.sh('head -c 20000000 /dev/zero; echo end > finished; printf x');
    running.stdin.end();
    running.stderr?.resume();
    await delay(1000);
    expect(await workspace.processes()).toHaveLength(2);
    let size = 0;
    for await (const chunk of running.stdout) size += (chunk as Buffer).length;
    expect(size).toBe(20_000_001);
  });

  it('is told of when it dies by a signal', async () => {
    expect(await finish(await workspace.sh('kill -SEGV $$'))).toMatchObject({
      code: null,
      signal: 'SIGSEGV',
      reason: null,
    });
  });

  it.each([
    ['nosuchprogram', {}, /There is no program "nosuchprogram"/],
    ['/etc/passwd', {}, /may not be executed/],
    ['true', { cwd: '/workspace/nowhere' }, /does not exist in the workspace/],
  ])('that cannot be started is refused: %s %j', async (command, options, message) => {
    await expect(workspace.exec(command, options)).rejects.toMatchObject({
      code: 'executor.refused',
      message: expect.stringMatching(message),
    });
    expect((await finish(await workspace.sh('echo next'))).stdout).toBe('next\n');
  });

  it('has a terminal if it is to have one', async () => {
    const running = await workspace.sh('stty size; read -r line; stty size', { tty: { columns: 91, rows: 33 } });
    const [first] = (await once(running.stdout, 'data')) as [Buffer];
    expect(String(first)).toMatch(/33 91|0 0/);
    await running.resize(70, 20);
    running.stdin.write('\n');
    let text = '';
    for await (const chunk of running.stdout) text += String(chunk);
    expect(text).toContain('20 70');
    expect(await running.exited).toMatchObject({ code: 0 });
  });
});
