import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Executor } from './exec.js';
import { bash, finish, makeWorkspace, type TestWorkspace } from './fixtures/workspace.js';
import { createProcessExecutor } from './process-executor.js';

const require = createRequire(import.meta.url);
const sdk = dirname(require.resolve('@anthropic-ai/claude-agent-sdk'));
const cli = `${dirname(sdk)}/claude-agent-sdk-${process.platform}-${process.arch}`;

let executor: Executor;
let workspace: TestWorkspace;
beforeAll(async () => {
  executor = await createProcessExecutor({ unsandboxed: false });
  workspace = await makeWorkspace();
});
afterAll(() => workspace.remove());

describe('the real Claude CLI', () => {
  it('runs in the sandbox', async () => {
    expect(existsSync(`${cli}/claude`)).toBe(true);
    const result = await finish(
      await executor.open({
        ...bash(workspace, ''),
        command: '/opt/claude/claude',
        args: ['--version'],
        env: { CLAUDE_CONFIG_DIR: '/aicli/claude' },
        readOnly: [{ source: cli, target: '/opt/claude' }],
      }),
    );
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/^\d+\.\d+\.\d+ \(Claude Code\)/);
  });
});
