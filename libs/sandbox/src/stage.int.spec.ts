import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Executor } from './exec.js';
import { bash, finish, makeWorkspace, owner, type TestWorkspace } from './fixtures/workspace.js';
import { createProcessExecutor } from './process-executor.js';
import { canReach, stageFor } from './stage.js';

/** Only root can keep something where a project's owner cannot go. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

let executor: Executor;
let workspace: TestWorkspace;
beforeAll(async () => {
  executor = await createProcessExecutor({ unsandboxed: false });
  workspace = await makeWorkspace();
  await mkdir(join(workspace.root, 'tool'));
  await writeFile(join(workspace.root, 'tool', 'read me'), 'tool');
  await chmod(workspace.root, 0o700);
});
afterAll(() => workspace.remove());

asRoot("a project that its owner cannot reach, as below root's home", () => {
  it('is run on all the same, with its state and what is read-only', async () => {
    const spec = bash(
      workspace,
      'cat "/run/tool/read me" /run/one; echo a > a; echo b > /aicli/b; id -u; ls /mnt /media /srv',
      {
        readOnly: [
          { source: join(workspace.root, 'tool'), target: '/run/tool' },
          { source: join(workspace.root, 'tool', 'read me'), target: '/run/one' },
        ],
      },
    );
    const result = await finish(await executor.open(spec));
    expect(result.stdout).toBe(`tooltool${owner.uid}\n`);
    expect(result.code).not.toBe(0); // ls: none of these is there
    expect(await finish(await executor.open(bash(workspace, 'cat a /aicli/b; exit 4')))).toMatchObject({
      stdout: 'a\nb\n',
      code: 4,
    });
  });

  it('leaves the host without a mount more', async () => {
    const { stdout } = await finish(await executor.open(bash(workspace, 'cat /proc/self/mountinfo')));
    expect(stdout).toContain('/workspace');
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toMatch(/aicode /);
  });

  it('dies as a whole', async () => {
    const running = await executor.open(bash(workspace, 'sleep 1000'));
    await running.kill();
    expect(await running.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });
});

describe('reach', () => {
  it('goes by the mode of each directory above', async () => {
    const path = join(workspace.project, 'x');
    const stranger = { uid: owner.uid + 1, gid: owner.gid + 1 };
    expect(await canReach(path, stranger)).toBe(false);
    await chmod(workspace.root, 0o711);
    expect(await canReach(path, stranger)).toBe(await canReach(workspace.root, stranger));
    await chmod(workspace.root, 0o700);
  });

  it('is no reason to stage where all can be reached', async () => {
    const spec = { ...bash(workspace, ''), project: '/usr', state: '/usr' };
    expect(await stageFor(spec, owner, '/usr/bin/unshare')).toBeUndefined();
  });
});
