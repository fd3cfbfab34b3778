import { chown, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  cancelRequested,
  newId,
  runnerRpc,
  ServerConfig,
  healthRpc,
  type AttemptEnd,
  type Claim,
  type LogEntry,
} from '@aicode/contracts';
import { createProcessExecutor } from '@aicode/sandbox';
import { startScriptedModel, type ScriptedModel } from '@aicode/scripted-model';
import { startService, type RunningService } from '@aicode/service-kit';
import { LogStore } from '@aicode/task-log';
import { processesNaming, startRedis, tempDir, until } from '@aicode/testing';

import { addTurn, turnProgram, Turns } from '../fixtures/turn-program.js';
import { claudeRunnerService } from '../index.js';

const leaseTtl = 3000;
let redis: Awaited<ReturnType<typeof startRedis>>;
let home: Awaited<ReturnType<typeof tempDir>>;
let model: ScriptedModel;
let program: RunningService;
let runner: RunningService | null = null;
const turns = new Turns();

beforeAll(async () => {
  redis = await startRedis({ durable: true });
  home = await tempDir('rn');
  model = await startScriptedModel();
  process.env['ANTHROPIC_API_KEY'] = 'sk-test';
  program = await startService(turnProgram(turns), platform());
});
afterEach(async () => {
  await runner?.stop();
  runner = null;
});
afterAll(async () => {
  delete process.env['ANTHROPIC_API_KEY'];
  await program.stop();
  await model.close();
  await redis.stop();
  await home.remove();
});

function platform(queue: { job_lock?: number } = {}) {
  const config = ServerConfig.parse({
    log: { level: 'silent' },
    model: { base_url: model.url },
    queue: { lease_ttl: leaseTtl, ...queue },
    runner: { max_sessions: 2, stop_grace: 0, kill_grace: 2000 },
    executor: { kind: 'process' },
  });
  return { home: home.path, config, redisUrl: redis.url };
}

const store = () => new LogStore(program.context.redis.shared);

async function claim(command: string): Promise<Claim> {
  const workspace = newId('workspace');
  const project = join(home.path, 'workspaces', workspace, 'disk', 'project');
  await mkdir(project, { recursive: true });
  if (process.getuid?.() === 0) await chown(project, 10_001, 10_001);
  const made: Claim = {
    attempt_id: newId('attempt'),
    attempt: 1,
    task_id: newId('task'),
    workspace_id: workspace,
    project_path: project,
    container: {},
    command,
    model: null,
    session_id: crypto.randomUUID(),
    timeout_ms: 60_000,
    cost_before_usd: 0,
    max_cost_usd: null,
    persisted_seq: 0,
  };
  await store().openLease(made.task_id, 1, leaseTtl);
  turns.waiting.push(made);
  return made;
}

async function endOf(taskId: string): Promise<LogEntry> {
  return until(async () => {
    const last = await store().lastEntry(taskId);
    return last?.source === 'end' ? last : null;
  });
}

const start = async (queue?: { job_lock?: number }): Promise<RunningService> =>
  (runner = await startService(claudeRunnerService, platform(queue)));
const add = () => addTurn(program.context.redis.shared, 'local');

describe('the runner', () => {
  it('takes a turn, claims, runs it, and ends its log', async () => {
    await start();
    const made = await claim('#write done.txt yes\n#say Done it.');
    await add();
    const end = await endOf(made.task_id);
    expect(end).toMatchObject({ source: 'end', attempt: 1, data: { outcome: 'succeeded' } });
    expect((end.data as AttemptEnd).usage?.output_tokens).toBeGreaterThan(0);
    expect(turns.started).toContain(`${made.task_id} 1`);
    expect(await readdir(join(home.path, 'workspaces', made.workspace_id, 'logs'))).toEqual([
      `${made.task_id}.1.ndjson`,
    ]);
    await until(async () => (await readdir(join(home.path, 'run', 'attempts', made.workspace_id))).length === 0);
  });

  it('lets a job go that finds nothing to claim', async () => {
    await start();
    const before = turns.nonces.length;
    await add();
    await until(() => Promise.resolve(turns.nonces.length > before));
    await until(async () => (await program.context.redis.shared.llen('bull:run.local:active')) === 0);
  });

  it('claims again with the same nonce when the answer was lost (queue rule 3)', async () => {
    await start();
    const made = await claim('#say again');
    turns.failures = 1;
    const before = turns.nonces.length;
    await add();
    expect(await endOf(made.task_id)).toMatchObject({ data: { outcome: 'succeeded' } });
    const used = turns.nonces.slice(before);
    expect(used.length).toBeGreaterThan(1);
    expect(new Set(used).size).toBe(1);
  });

  it('cancels at once by the event', async () => {
    await start();
    const made = await claim('#gate event\n#say never by event');
    await add();
    await model.waitForGate('event', { timeoutMs: 20_000 });
    await program.context.events.publish(cancelRequested, { task_id: made.task_id, attempt: 1 });
    expect(await endOf(made.task_id)).toMatchObject({ data: { outcome: 'cancelled' } });
  });

  it('cancels by the lease when the event is lost', async () => {
    await start();
    const made = await claim('#gate lease\n#say never by lease');
    await add();
    await model.waitForGate('lease', { timeoutMs: 20_000 });
    await store().requestCancel(made.task_id, 1);
    expect(await endOf(made.task_id)).toMatchObject({ data: { outcome: 'cancelled' } });
  });

  it('writes nothing and ends its process when it has lost its lease', async () => {
    await start();
    const made = await claim(
      '#bash (setsid timeout 45678 tail -f /dev/null >/dev/null 2>&1 &) ; echo up\n#gate lost\n#say never',
    );
    await add();
    await model.waitForGate('lost', { timeoutMs: 20_000 });
    await until(() => processesNaming('timeout 45678').length > 0);
    await store().revokeLease(made.task_id, 1);
    await store().openLease(made.task_id, 2, 60_000);
    await until(() => processesNaming('timeout 45678').length === 0);
    await until(async () => (await program.context.redis.shared.llen('bull:run.local:active')) === 0);
    expect((await store().read(made.task_id, 1, 1000)).every((entry) => entry.source !== 'end')).toBe(true);
  });

  it('ends its process by itself when Redis is away for longer than its lease lives', async () => {
    await start();
    const made = await claim(
      '#bash (setsid timeout 45679 tail -f /dev/null >/dev/null 2>&1 &) ; echo up\n#gate away\n#say never',
    );
    await add();
    await model.waitForGate('away', { timeoutMs: 20_000 });
    await until(() => processesNaming('timeout 45679').length > 0);
    await redis.kill();
    try {
      await until(() => processesNaming('timeout 45679').length === 0);
    } finally {
      await redis.start();
    }
    await until(async () => (await program.context.redis.shared.llen('bull:run.local:active')) === 0);
    expect((await store().read(made.task_id, 1, 1000)).every((entry) => entry.source !== 'end')).toBe(true);
  });

  it('does not run a job again that a killed runner had (queue rule 6)', async () => {
    const bull = program.context.redis.shared;
    const before = turns.nonces.length;
    await add();
    // Taken by a worker that died: active, and nobody renews its lock.
    await bull.lmove('bull:run.local:wait', 'bull:run.local:active', 'LEFT', 'RIGHT');
    await start({ job_lock: 1000 });
    await until(async () => (await bull.keys('bull:run.local:*_0_0')).length === 0);
    expect(turns.nonces.length).toBe(before);
  });

  it('ends what an earlier attempt left in the workspace before its own begins (queue rule 5)', async () => {
    await start();
    const made = await claim('#gate leftovers\n#say done');
    const notesDir = join(home.path, 'run', 'attempts');
    const earlier = await createProcessExecutor({ unsandboxed: false, notesDir });
    const { workspace_id, project_path: project, container } = made;
    const left = await earlier.open({
      ...{ command: 'sleep', args: ['1000'], cwd: '/workspace', env: {}, project, network: 'none' },
      workspace: { workspace_id, project_path: project, container },
      owner: newId('attempt'),
    });
    try {
      await add();
      await model.waitForGate('leftovers', { timeoutMs: 20_000 });
      expect(await left.exited).toMatchObject({ signal: 'SIGKILL' });
    } finally {
      await left.kill();
    }
    model.release('leftovers');
    await endOf(made.task_id);
  });

  it('keeps its lease over the lease’s own life', async () => {
    await start();
    const made = await claim(`#bash timeout ${(leaseTtl / 1000) * 2} tail -f /dev/null; echo waited\n#say kept`);
    await add();
    expect(await endOf(made.task_id)).toMatchObject({ data: { outcome: 'succeeded' } });
  });

  it('survives a Redis that is killed and comes back, without a line lost', async () => {
    await start();
    const made = await claim('#bash echo before\n#gate outage\n#bash echo after\n#say done');
    await add();
    await model.waitForGate('outage', { timeoutMs: 20_000 });
    await redis.kill();
    model.release('outage');
    await redis.start();
    expect(await endOf(made.task_id)).toMatchObject({ data: { outcome: 'succeeded' } });
    const log = await store().read(made.task_id, 1, 1000);
    expect(log.map((entry) => entry.seq)).toEqual(log.map((_, i) => i + 1));
    expect(log.map((entry) => entry.message).join(' ')).toMatch(/echo before.*echo after/);
  });

  it('gives running tasks back when it stops', async () => {
    const service = await start();
    const made = await claim('#gate stopping\n#say never');
    await add();
    await model.waitForGate('stopping', { timeoutMs: 20_000 });
    runner = null;
    await service.stop();
    expect(await endOf(made.task_id)).toMatchObject({ data: { outcome: 'failed', code: 'runner_stopping' } });
  });

  it('refuses a local path that leads through a symlink now, or is gone', async () => {
    await start();
    for (const make of [(path: string) => symlink('/etc', path), () => Promise.resolve()]) {
      const made = await claim('#say never');
      made.project_path = join(home.path, `swapped-${made.task_id}`);
      await make(made.project_path);
      await add();
      expect(await endOf(made.task_id)).toMatchObject({ data: { outcome: 'failed', code: 'executor_unavailable' } });
    }
  });

  it('says what it runs on', async () => {
    await start();
    const status = await program.context.rpc.client(runnerRpc).status({});
    expect(status).toMatchObject({ node: 'local', executor: 'process', running: 0, max_sessions: 2 });
    expect(status.figures.memory_total).toBeGreaterThan(status.figures.memory_used);
    expect(status.figures.disk_total).toBeGreaterThan(0);
    const { dependencies } = await program.context.rpc.client(healthRpc('claude-runner')).check({});
    expect(dependencies.map(({ name, state }) => `${name} ${state}`)).toEqual(
      expect.arrayContaining(['model credential up', 'executor up']),
    );
  });
});
