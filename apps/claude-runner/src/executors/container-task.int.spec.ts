import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { DomainError, healthRpc, runnerRpc } from '@aicode/contracts';
import { LogStore } from '@aicode/task-log';
import { processesNaming, until } from '@aicode/testing';

import { useContainerStack } from '../fixtures/container-stack.js';

const stack = useContainerStack();

describe('a task in a container', () => {
  it('is the real CLI’s, its model requests carried out of the container', async () => {
    await stack.start('auto');
    const { claim, end, log, path } = await stack.run(
      '#write made.txt inside\n#bash echo $ANTHROPIC_UNIX_SOCKET\n#say Done.',
    );
    expect(await end()).toMatchObject({ outcome: 'succeeded', usage: { output_tokens: expect.any(Number) } });
    expect(await readFile(join(path, 'made.txt'), 'utf8')).toContain('inside');
    expect(JSON.stringify(await log())).toContain('/run/aicli/');
    expect(stack.containers.opened).toMatchObject([
      {
        workspace_id: claim.workspace_id,
        project_path: path,
        container: { cpu: 2 },
        owner: claim.attempt_id,
        command: '/opt/claude/claude',
        cwd: '/workspace',
        sockets: ['ANTHROPIC_UNIX_SOCKET'],
        tty: null,
      },
    ]);
    expect(JSON.stringify(stack.containers.opened)).not.toContain('sk-test');
    expect(stack.containers.kept).toEqual([[]]);
    const status = await stack.context.rpc.client(runnerRpc).status({});
    expect(status).toMatchObject({
      executor: 'docker',
      executor_description: expect.stringMatching(/^Docker containers/),
    });
  });

  it('is cancelled with all that it started', async () => {
    await stack.start('docker');
    const script =
      '#bash (setsid timeout 45777 tail -f /dev/null >/dev/null 2>&1 &) ; echo up\n#gate docker\n#say never';
    const { claim, end } = await stack.run(script);
    await stack.model.waitForGate('docker', { timeoutMs: 20_000 });
    await until(() => processesNaming('timeout 45777').length > 0);
    await new LogStore(stack.context.redis.shared).requestCancel(claim.task_id, 1);
    expect(await end()).toMatchObject({ outcome: 'cancelled' });
    expect(processesNaming('timeout 45777')).toEqual([]);
  });

  it.each([
    ['oom', 'out_of_memory', 'the container has (3 GB)'],
    ['disk_full', 'disk_full', 'The disk of the workspace is full'],
  ] as const)('that its container ends because of %s says so, and what to do', async (reason, code, words) => {
    await stack.start('docker');
    const { claim, end, log } = await stack.run(`#gate ${reason}\n#say never`);
    await stack.model.waitForGate(reason, { timeoutMs: 20_000 });
    stack.containers.reason = reason;
    await stack.containers.endAll();
    const ending = await end();
    expect(ending).toMatchObject({ outcome: 'failed', code });
    expect(ending.reason).toContain(words);
    expect(ending.reason).toContain(`aicli workspace update ${claim.workspace_id}`);
    const said = (await log()).filter(({ source }) => source === 'platform');
    expect(said).toMatchObject([{ level: 'error', message: ending.reason }]);
  });

  it('whose engine goes away ends as lost, with all that it started', async () => {
    await stack.start('docker');
    const { end } = await stack.run(
      '#bash (setsid timeout 45778 tail -f /dev/null >/dev/null 2>&1 &) ; echo up\n#gate engine\n#say never',
    );
    await stack.model.waitForGate('engine', { timeoutMs: 20_000 });
    await until(() => processesNaming('timeout 45778').length > 0);
    await stack.containers.loseEngine();
    expect(await end()).toMatchObject({ outcome: 'failed', code: 'engine_lost' });
    expect(processesNaming('timeout 45778')).toEqual([]);
  });

  it.each([
    ['container.image_missing', 'executor_unavailable'],
    ['container.engine_lost', 'engine_lost'],
    ['executor.unavailable', 'engine_lost'],
  ] as const)('that cannot be opened because of %s fails as %s, in docker-manager’s words', async (code, expected) => {
    await stack.start('docker');
    stack.containers.refusals.push(new DomainError(code, 'Do this about it.'));
    const { end } = await stack.run('#say never');
    expect(await end()).toMatchObject({ outcome: 'failed', code: expected, reason: 'Do this about it.' });
  });

  it('waits for a room, longer than a CLI may be silent', async () => {
    await stack.start('docker', 'up', '3s');
    stack.containers.refusals.push(
      ...Array.from({ length: 7 }, () => new DomainError('container.busy', 'All rooms are taken.')),
    );
    const { end } = await stack.run('#say in a room');
    expect(await end()).toMatchObject({ outcome: 'succeeded' });
  });

  it('that used up its budget is ended, and says so', async () => {
    await stack.start('docker');
    const { end } = await stack.run('#bash echo one\n#bash echo two\n#say never', {
      max_cost_usd: 0.5,
      cost_before_usd: 0.499,
    });
    const ending = await end();
    expect(ending).toMatchObject({ outcome: 'failed', code: 'budget_exceeded' });
    expect(ending.reason).toContain('The budget of $0.5 is used up');
    // The CLI had no word left for what it cost.
    expect(ending.usage?.cost_usd).toBeGreaterThan(0.001);
  });
});

describe('the choice', () => {
  it('is a process where no engine answers, and says why', async () => {
    await stack.start('auto', 'unreachable');
    const { end } = await stack.run('#say in a process');
    expect(await end()).toMatchObject({ outcome: 'succeeded' });
    expect(stack.containers.opened).toEqual([]);
    const { dependencies } = await stack.context.rpc.client(healthRpc('claude-runner')).check({});
    expect(dependencies).toContainEqual({
      name: 'executor',
      state: 'degraded',
      reason: expect.stringContaining('Not in Docker: Docker does not run: start it.'),
    });
  });
});
