import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecSpec, Executor } from './exec.js';
import { bash, finish, makeWorkspace, owner, type TestWorkspace } from './fixtures/workspace.js';
import { createProcessExecutor } from './process-executor.js';

let executor: Executor;
let workspace: TestWorkspace;
const root = process.getuid?.() === 0;

beforeAll(async () => {
  executor = await createProcessExecutor({ unsandboxed: false });
  workspace = await makeWorkspace();
  await writeFile(join(workspace.root, 'file'), '');
});
afterAll(() => workspace.remove());

const refused = (more: () => Partial<ExecSpec>, message: RegExp) =>
  expect(executor.open(bash(workspace, 'touch /workspace/ran', more()))).rejects.toMatchObject({
    code: 'executor.refused',
    message: expect.stringMatching(message),
  });

describe('an executor refuses', () => {
  it.each<[string, () => Partial<ExecSpec>, RegExp]>([
    ['a working directory outside', () => ({ cwd: '/tmp' }), /must be \/workspace/],
    ['a working directory that leads out', () => ({ cwd: '/workspace/../etc' }), /must be \/workspace/],
    ['a project that is not there', () => ({ project: '/nonexistent' }), /project directory does not exist/],
    ['a project that is a file', () => ({ project: join(workspace.root, 'file') }), /is not a directory/],
    ['a relative project', () => ({ project: 'src' }), /absolute path/],
    ['a NUL in an argument', () => ({ args: ['a\0--bind'] }), /NUL/],
    ['a NUL in a variable', () => ({ env: { A: 'x\0--bind\0/\0/host' } }), /NUL/],
    ['a variable without a proper name', () => ({ env: { 'A=B': '' } }), /"A=B" is not the name/],
    ['a command that is an option', () => ({ command: '--help' }), /has no name/],
    ['a mount over the system', () => ({ readOnly: [{ source: '/usr', target: '/usr' }] }), /under \/run, \/opt/],
    ['a mount that leads out', () => ({ readOnly: [{ source: '/usr', target: '/run/../etc' }] }), /under \/run, \/opt/],
    ['a mount of nothing', () => ({ readOnly: [{ source: '/nonexistent', target: '/run/x' }] }), /does not exist/],
    ['a pinned host with a line break', () => ({ hosts: { 'a\n1.2.3.4 b': ['::1'] } }), /host name or an address/],
  ])('%s', async (_, more, message) => refused(more, message));

  it('a project of root, with the command that mends it', async () => {
    await refused(() => ({ project: '/usr' }), /belongs to root.*chown -R \d+:\d+ \/usr$/);
  });

  (root ? it : it.skip)('a state directory of somebody else', async () => {
    await chown(workspace.state, owner.uid + 1, owner.gid);
    await refused(() => ({}), /state directory does not belong to the owner/);
    await chown(workspace.state, owner.uid, owner.gid);
  });

  it('to start under a bubblewrap that broke after the probe, in its words without the paths of the host', async () => {
    const bwrap = join(workspace.root, 'bwrap');
    await writeFile(bwrap, '#!/bin/sh\nexec /usr/bin/bwrap "$@"\n', { mode: 0o755 });
    const broken = await createProcessExecutor({ unsandboxed: false, bwrapPath: bwrap });
    await writeFile(bwrap, '#!/bin/sh\necho "bwrap: cannot bind /var/aicli/x: no" >&2; exit 1\n');
    await expect(broken.open(bash(workspace, 'true'))).rejects.toMatchObject({
      code: 'executor.unavailable',
      message: 'The sandbox could not be started: bwrap: cannot bind …: no. "aicli doctor" checks what it needs.',
    });
  });
});

it('a sandbox whose inner program is missing ends with its words', async () => {
  const broken = await createProcessExecutor({ unsandboxed: false, prlimitPath: '/nonexistent/prlimit' });
  const running = await broken.open(bash(workspace, 'true'));
  const result = await finish(running);
  expect(result).toMatchObject({ code: 1, signal: null });
  expect(result.stderr).toContain('prlimit');
});
