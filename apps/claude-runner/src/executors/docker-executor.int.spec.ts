import { chown, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  containersRpc,
  DomainError,
  healthRpc,
  newId,
  runnerRpc,
  ServerConfig,
  type AttemptEnd,
  type Claim,
  type LogEntry,
} from '@aicode/contracts';
import { createProcessExecutor, type ExecSpec, type Executor } from '@aicode/sandbox';
import { startScriptedModel, type ScriptedModel } from '@aicode/scripted-model';
import { createLogger, startService, type RunningService } from '@aicode/service-kit';
import { LogStore } from '@aicode/task-log';
import { processesNaming, startRedis, tempDir, until } from '@aicode/testing';

import { Containers, containersProgram } from '../fixtures/containers-program.js';
import { addTurn, turnProgram, Turns } from '../fixtures/turn-program.js';
import { claudeRunnerService } from '../index.js';
import { createDockerExecutor } from './docker-executor.js';

let redis: Awaited<ReturnType<typeof startRedis>>;
let home: Awaited<ReturnType<typeof tempDir>>;
let model: ScriptedModel;
let containers: Containers;
const services: RunningService[] = [];
const turns = new Turns();

beforeAll(async () => {
  redis = await startRedis();
  home = await tempDir('dx');
  model = await startScriptedModel();
  process.env['ANTHROPIC_API_KEY'] = 'sk-test';
});
afterAll(async () => {
  delete process.env['ANTHROPIC_API_KEY'];
  await model.close();
  await redis.stop();
  await home.remove();
});
afterEach(async () => {
  for (const service of services.splice(0).reverse()) await service.stop();
  await containers.close();
});

const sandbox = () => createProcessExecutor({ unsandboxed: false, socketsDir: join(home.path, 'cs') });

async function start(executor: 'auto' | 'docker', engine: Containers['engine'] = 'up'): Promise<RunningService> {
  containers = await Containers.serve(await sandbox());
  containers.engine = engine;
  const config = ServerConfig.parse({
    log: { level: 'silent' },
    model: { base_url: model.url },
    runner: { max_sessions: 2, stop_grace: 0, kill_grace: 2000 },
    executor: { kind: executor },
    docker: { memory: '3g' },
  });
  const platform = { home: home.path, config, redisUrl: redis.url };
  for (const definition of [turnProgram(turns), containersProgram(containers), claudeRunnerService]) {
    services.push(await startService(definition, platform));
  }
  const [program] = services;
  if (!program) throw new Error('no service has started');
  return program;
}

async function project(): Promise<string> {
  const path = join(home.path, 'workspaces', newId('workspace'), 'disk', 'project');
  await mkdir(path, { recursive: true });
  if (process.getuid?.() === 0) await chown(path, 10_001, 10_001);
  return path;
}

/** Runs a task to its end, or to where a test takes over. */
async function run(program: RunningService, command: string, more: Partial<Claim> = {}) {
  const path = await project();
  const claim: Claim = {
    attempt_id: newId('attempt'),
    attempt: 1,
    task_id: newId('task'),
    workspace_id: newId('workspace'),
    project_path: path,
    container: { cpu: 2 },
    command,
    model: null,
    session_id: crypto.randomUUID(),
    timeout_ms: 60_000,
    cost_before_usd: 0,
    max_cost_usd: null,
    persisted_seq: 0,
    ...more,
  };
  const store = new LogStore(program.context.redis.shared);
  await store.openLease(claim.task_id, 1, 60_000);
  turns.waiting.push(claim);
  await addTurn(program.context.redis.shared, 'local');
  const log = (): Promise<LogEntry[]> => store.read(claim.task_id, 1, 10_000);
  const end = async (): Promise<AttemptEnd> => {
    const entry = await until(async () => {
      const last = await store.lastEntry(claim.task_id);
      return last?.source === 'end' ? last : null;
    });
    return entry.data as AttemptEnd;
  };
  return { claim, log, end, path };
}

describe('a task in a container', () => {
  it('is the real CLI’s, its model requests carried out of the container', async () => {
    const program = await start('auto');
    const { claim, end, log, path } = await run(
      program,
      '#write made.txt inside\n#bash echo $ANTHROPIC_UNIX_SOCKET\n#say Done.',
    );
    expect(await end()).toMatchObject({ outcome: 'succeeded', usage: { output_tokens: expect.any(Number) } });
    expect(await readFile(join(path, 'made.txt'), 'utf8')).toContain('inside');
    expect(JSON.stringify(await log())).toContain('/run/aicli/');
    expect(containers.opened).toMatchObject([
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
    expect(JSON.stringify(containers.opened)).not.toContain('sk-test');
    expect(containers.kept).toEqual([[]]);
    const status = await program.context.rpc.client(runnerRpc).status({});
    expect(status).toMatchObject({
      executor: 'docker',
      executor_description: expect.stringMatching(/^Docker containers/),
    });
  });

  it('is cancelled with all that it started', async () => {
    const program = await start('docker');
    const script =
      '#bash (setsid timeout 45777 tail -f /dev/null >/dev/null 2>&1 &) ; echo up\n#gate docker\n#say never';
    const { claim, end } = await run(program, script);
    await model.waitForGate('docker', { timeoutMs: 20_000 });
    await until(() => processesNaming('timeout 45777').length > 0);
    await new LogStore(program.context.redis.shared).requestCancel(claim.task_id, 1);
    expect(await end()).toMatchObject({ outcome: 'cancelled' });
    expect(processesNaming('timeout 45777')).toEqual([]);
  });

  it.each([
    ['oom', 'out_of_memory', 'the container has (3 GB)'],
    ['disk_full', 'disk_full', 'The disk of the workspace is full'],
  ] as const)('that its container ends because of %s says so, and what to do', async (reason, code, words) => {
    const program = await start('docker');
    const { claim, end, log } = await run(program, `#gate ${reason}\n#say never`);
    await model.waitForGate(reason, { timeoutMs: 20_000 });
    containers.reason = reason;
    await containers.endAll();
    const ending = await end();
    expect(ending).toMatchObject({ outcome: 'failed', code });
    expect(ending.reason).toContain(words);
    expect(ending.reason).toContain(`aicli workspace update ${claim.workspace_id}`);
    const said = (await log()).filter(({ source }) => source === 'platform');
    expect(said).toMatchObject([{ level: 'error', message: ending.reason }]);
  });

  it('whose engine goes away ends as lost, with all that it started', async () => {
    const program = await start('docker');
    const { end } = await run(
      program,
      '#bash (setsid timeout 45778 tail -f /dev/null >/dev/null 2>&1 &) ; echo up\n#gate engine\n#say never',
    );
    await model.waitForGate('engine', { timeoutMs: 20_000 });
    await until(() => processesNaming('timeout 45778').length > 0);
    await containers.loseEngine();
    expect(await end()).toMatchObject({ outcome: 'failed', code: 'engine_lost' });
    expect(processesNaming('timeout 45778')).toEqual([]);
  });

  it.each([
    ['container.image_missing', 'executor_unavailable'],
    ['container.engine_lost', 'engine_lost'],
    ['executor.unavailable', 'engine_lost'],
  ] as const)('that cannot be opened because of %s fails as %s, in docker-manager’s words', async (code, expected) => {
    const program = await start('docker');
    containers.refusals.push(new DomainError(code, 'Do this about it.'));
    const { end } = await run(program, '#say never');
    expect(await end()).toMatchObject({ outcome: 'failed', code: expected, reason: 'Do this about it.' });
  });

  it('waits for a room', async () => {
    const program = await start('docker');
    containers.refusals.push(...[1, 2].map(() => new DomainError('container.busy', 'All rooms are taken.')));
    const { end } = await run(program, '#say in a room');
    expect(await end()).toMatchObject({ outcome: 'succeeded' });
  });

  it('that used up its budget is ended, and says so', async () => {
    const program = await start('docker');
    const { end } = await run(program, '#bash echo one\n#bash echo two\n#say never', {
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
    const program = await start('auto', 'unreachable');
    const { end } = await run(program, '#say in a process');
    expect(await end()).toMatchObject({ outcome: 'succeeded' });
    expect(containers.opened).toEqual([]);
    const { dependencies } = await program.context.rpc.client(healthRpc('claude-runner')).check({});
    expect(dependencies).toContainEqual({
      name: 'executor',
      state: 'degraded',
      reason: expect.stringContaining('Not in Docker: Docker does not run: start it.'),
    });
  });
});

describe('the docker executor', () => {
  let executor: Executor;
  const spec = async (more: Partial<ExecSpec> = {}): Promise<ExecSpec> => {
    const path = await project();
    return {
      ...{ command: 'bash', args: ['-c', 'cat; echo wrong >&2; exit 3'], cwd: '/workspace', env: {} },
      ...{ project: path, network: 'none' },
      workspace: { workspace_id: newId('workspace'), project_path: path, container: {} },
      owner: newId('attempt'),
      ...more,
    };
  };
  let make: (busyMs?: number) => Executor;
  const ready = async (): Promise<void> => {
    const { context } = await start('docker');
    const log = createLogger({ level: 'silent' });
    const client = context.rpc.client(containersRpc);
    make = (busyMs = 60_000) => createDockerExecutor({ containers: client, log, busyMs });
    executor = make();
  };

  it('is an exec stream like that of a sandbox', async () => {
    await ready();
    const program = await executor.open(await spec());
    program.stdin.end('hello');
    const read = async (stream: NodeJS.ReadableStream): Promise<string> => {
      let text = '';
      for await (const chunk of stream) text += String(chunk);
      return text;
    };
    expect(await Promise.all([read(program.stdout), read(program.stderr), program.exited])).toEqual([
      'hello',
      'wrong\n',
      { code: 3, signal: null, reason: null },
    ]);
    await program.kill();
    await program.terminate(10);
  });

  it('ends what others have left', async () => {
    await ready();
    const given = await spec({ args: ['-c', 'exec sleep 1000'] });
    const left = await executor.open(given);
    await executor.endLeftovers(given.workspace?.workspace_id ?? '', new Set([given.owner ?? '']));
    await executor.endLeftovers(given.workspace?.workspace_id ?? '', new Set());
    expect(await left.exited).toMatchObject({ signal: 'SIGKILL' });
  });

  it('gives up waiting for a room: in time, or by the signal', async () => {
    await ready();
    const busy = () => new DomainError('container.busy', 'All rooms are taken.');
    containers.refusals.push(busy());
    await expect(make(0).open(await spec())).rejects.toMatchObject({ code: 'container.busy' });
    containers.refusals.push(...Array.from({ length: 100 }, busy));
    const stop = new AbortController();
    const opening = executor.open(await spec({ signal: stop.signal }));
    await until(() => containers.refusals.length < 100);
    stop.abort(new Error('not any more'));
    await expect(opening).rejects.toThrow('not any more');
  });

  it('needs to know whose container it is', async () => {
    await ready();
    const { workspace: _whose, ...nobodys } = await spec();
    await expect(executor.open(nobodys)).rejects.toThrow('a container is a workspace’s');
  });

  it('takes a docker-manager that does not answer for a lost engine', async () => {
    await ready();
    const silent = () => Promise.reject(new DomainError('bus.timeout', 'docker-manager did not answer in time.'));
    const deaf = createDockerExecutor({
      containers: { open: silent, endAttempts: silent },
      log: createLogger({ level: 'silent' }),
    });
    await expect(deaf.open(await spec())).rejects.toMatchObject({ code: 'container.engine_lost' });
    await expect(deaf.endLeftovers('ws', new Set())).rejects.toMatchObject({ code: 'container.engine_lost' });
  });
});
