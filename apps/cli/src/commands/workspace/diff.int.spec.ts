import type { FileChange } from '@aicode/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startContainerServer, type ContainerServer } from '../../fixtures/container-server.js';
import { runCommand, type Ran } from '../../fixtures/run-command.js';
import WorkspaceShowDiff from './diff.js';

let server: ContainerServer;
beforeEach(async () => {
  server = await startContainerServer();
});
afterEach(() => server?.stop());

const run = (...flags: string[]): Promise<Ran> =>
  runCommand(WorkspaceShowDiff, ['shop', ...flags], { env: { AICLI_SERVER: server.url, AICLI_TOKEN: 'token' } });

const changed: FileChange = {
  ...{ path: 'a', old_path: null, status: 'modified', binary: false, additions: 1, deletions: 0, truncated: false },
  patch: 'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+\u001b[1mx\n',
};

describe('aicli workspace diff', () => {
  it('is a patch for a program that reads it', async () => {
    server.diff = { base: 'c0ffee', files: [changed], truncated: false };
    expect(await run()).toMatchObject({ stdout: changed.patch, stderr: '', exitCode: 0 });
  });

  it('counts, and gives all as one document', async () => {
    server.diff = { base: 'c0ffee', files: [changed], truncated: true };
    const counted = await run('--stat');
    expect(counted.stdout).toBe(' a | 1 +\n 1 file, at least 1 line added, 0 removed\n');
    expect(counted.stderr).toContain('more than is shown');
    expect((await run('--json')).json()).toEqual(server.diff);
  });

  it('says when there is nothing to compare with, or nothing was changed', async () => {
    expect(await run()).toMatchObject({ stdout: '', stderr: expect.stringContaining('no git repository') });
    server.diff = { base: 'c0ffee'.repeat(6), files: [], truncated: false };
    expect(await run()).toMatchObject({ stdout: '', stderr: 'Nothing was changed since c0ffeec0ffee.\n' });
  });
});
