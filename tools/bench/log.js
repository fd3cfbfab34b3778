/**
 * Lines through the whole log: a runner's LogWriter under its lease → Redis → the gateway's SSE to 1 and 20 readers, while the
 * persister brings them into SQL; against a bare XADD and XREAD of the same lines on the same Redis. This process is the
 * runner, the platform runs in its own, the readers in a third.
 */
/* global AbortController, AbortSignal */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { createApiClient } from '@aicode/api-client';
import { ServerConfig, turnsRpc } from '@aicode/contracts';
import { startService } from '@aicode/service-kit';
import { signIn, startStack } from '@aicode/testing';

import { bareSink, taskSink } from './log-sinks.js';
import { median, round, times } from './figures.js';

const full = { lines: 20_000, perSecond: null, rounds: 3 };
const paced = { lines: 4_000, perSecond: 1_000, rounds: 3 };
const readerCounts = [1, 20];
const padding = 'The quick brown fox jumps over the lazy dog. '.repeat(5).slice(0, 182);

export async function run({ signal }) {
  const stack = await startStack({
    services: ['auth', 'docker-manager', 'workspace-service', 'task-manager', 'gateway'],
  });
  let runner = null;
  try {
    const config = ServerConfig.parse({ log: { level: 'silent' } });
    runner = await startService(
      { name: 'claude-runner', module: () => ({ module: class NoModule {} }) },
      { home: stack.home, config, redisUrl: stack.redisUrl },
    );
    const { token } = await signIn(stack.url, stack.admin);
    const client = createApiClient({ baseUrl: stack.url, token: () => Promise.resolve(token), userAgent: 'bench' });
    const bench = { stack, runner, client, token, config, signal };
    // What is compiled and opened on the first use is not what is measured.
    await throughPlatform(bench, 1, { lines: 2000, perSecond: null });
    await bare(bench, 1, { lines: 2000, perSecond: null });
    const rows = [];
    for (const load of [full, paced]) {
      for (const readers of readerCounts) rows.push(await compare(bench, readers, load));
    }
    return report(rows);
  } finally {
    await runner?.stop();
    await stack.stop();
  }
}

async function compare(bench, readers, load) {
  const [whole, base] = [[], []];
  for (let i = 0; i < load.rounds; i += 1) {
    base.push(await bare(bench, readers, load));
    whole.push(await throughPlatform(bench, readers, load));
  }
  const of = (runs, figure) => median(runs.map((run) => run[figure]));
  const figures = (runs) => ({
    perSecond: of(runs, 'perSecond'),
    p50: of(runs, 'p50'),
    p99: of(runs, 'p99'),
    stored: of(runs, 'stored'),
    cpu: of(runs, 'cpu'),
  });
  return { readers, load, whole: figures(whole), base: figures(base) };
}

function report(rows) {
  const label = ({ load, readers }) =>
    `${load.perSecond ? `${load.perSecond} lines/s` : 'full speed'}, ${readers} reader${readers > 1 ? 's' : ''}`;
  const table = rows.flatMap((row) =>
    [
      ['whole pipeline', row.whole],
      ['bare XADD + XREAD', row.base],
    ].map(([way, of]) => ({
      load: label(row),
      way,
      'lines/s to each reader': round(of.perSecond),
      'lines/s into SQL': Number.isNaN(of.stored) ? '' : round(of.stored),
      'delay p50 (ms)': round(of.p50, 1),
      'delay p99 (ms)': round(of.p99, 1),
      "platform's CPU for 1,000 lines (ms)": Number.isNaN(of.cpu) ? '' : round(of.cpu),
    })),
  );
  const ratios = rows.flatMap((row) =>
    row.load.perSecond
      ? [
          { what: `delay p50, pipeline / bare, ${label(row)}`, value: times(row.whole.p50, row.base.p50) },
          { what: `delay p99, pipeline / bare, ${label(row)}`, value: times(row.whole.p99, row.base.p99) },
        ]
      : [{ what: `lines/s, pipeline / bare, ${label(row)}`, value: times(row.whole.perSecond, row.base.perSecond) }],
  );
  return {
    title: 'A log line through the whole pipeline',
    how:
      `${full.lines} lines at full speed (medians of ${full.rounds} rounds, pipeline and bare in turns) and ${paced.lines} at ${paced.perSecond} lines/s, ` +
      'each of about 200 bytes, into the log of a real, claimed task: the LogWriter of libs/task-log under its lease, in batches of at most ' +
      '256 lines or 20 ms; readers by SSE; the end comes when SQL has all. Each reader is checked for 1..n. A delay is from the ' +
      'write of a line to its arrival: at full speed that is the backlog, at a pace it holds up to 20 ms of waiting for the batch, on both ' +
      'sides. The bare way is XADD in pipelines of the same batches, and one XREAD connection for each reader. lines/s are those of the ' +
      'slowest reader. Runner, platform, readers and Redis are four processes that share the cores.',
    rows: table,
    ratios,
  };
}

/** One task, its lines written by us as its runner. */
async function throughPlatform(bench, readers, load) {
  const { stack, client, token } = bench;
  const claim = await claimTask(bench);
  const reading = await startReaders({ kind: 'sse', url: stack.url, token, taskId: claim.task_id, readers });
  try {
    const sink = await taskSink(bench, claim);
    const cpu = cpuTime(stack.process.pid);
    const started = now();
    await write(sink, load, bench.signal);
    const result = await reading.result(bench.signal);
    await sink.close();
    const task = await client.tasks.get({ id: claim.task_id });
    if (task.state !== 'succeeded') throw new Error(`the task ${task.state}: ${task.reason}`);
    // Its end is the entry behind the lines.
    const spent = cpuTime(stack.process.pid) - cpu;
    return { ...figures(result, load.lines + 1, load, started), cpu: (spent * 1000) / load.lines };
  } finally {
    reading.stop();
  }
}

async function bare(bench, readers, load) {
  const key = `bench:${randomUUID()}`;
  const reading = await startReaders({ kind: 'redis', url: bench.stack.redisUrl, key, readers, lines: load.lines });
  try {
    const sink = bareSink(bench, key);
    const started = now();
    await write(sink, load, bench.signal);
    const result = await reading.result(bench.signal);
    return { ...figures(result, load.lines, load, started), stored: Number.NaN, cpu: Number.NaN };
  } finally {
    reading.stop();
    await bench.runner.context.redis.shared.del(key);
  }
}

function figures({ readers, p50, p99, broken }, expected, load, started) {
  const bad = readers.filter(({ last }) => last !== expected);
  if (broken || bad.length > 0)
    throw new Error(`a reader did not get 1..${expected}: ${broken ?? JSON.stringify(bad)}`);
  const perSecond = (at) => (load.lines * 1000) / (Math.max(...readers.map(at)) - started);
  return { perSecond: perSecond(({ lastAt }) => lastAt), stored: perSecond(({ endAt }) => endAt), p50, p99 };
}

/** Writes so many lines, as fast as the sink takes them or at a pace, and their end. */
async function write(sink, { lines, perSecond }, signal) {
  const started = performance.now();
  for (let written = 0; written < lines;) {
    signal.throwIfAborted();
    const due = perSecond ? Math.ceil(((performance.now() - started) * perSecond) / 1000) : written + 256;
    for (; written < Math.min(due, lines); written += 1) sink.write(`${now().toFixed(2)} ${padding}`);
    await sink.ready();
    await (perSecond ? delay(5) : turn());
  }
  await sink.end();
}

/** Milliseconds since the epoch with their fraction, comparable between processes of this machine. */
function now() {
  return performance.timeOrigin + performance.now();
}

/** What a process has used of the processors so far (ms): says what work costs whoever else runs. */
function cpuTime(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** A task of a workspace of its own, claimed as a runner claims: by the job that waits in its node's queue. */
async function claimTask({ client, runner, config }) {
  const workspace = await client.workspaces.create({ name: `log ${randomUUID()}` });
  await client.tasks.create({ workspace_id: workspace.id, command: 'a log to be written' });
  const { redis, rpc } = runner.context;
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const ids = await redis.shared.zrange(`bull:run.${config.runner.node}:prioritized`, 0, -1);
    for (const [, id, slot, gen] of ids.map((id) => /^(.+)_(\d+)_(\d+)$/.exec(id))) {
      if (id !== workspace.id) continue;
      const job = { workspace_id: id, slot: Number(slot), gen: Number(gen) };
      const { claim } = await rpc.client(turnsRpc).claim({ job, nonce: randomUUID(), node: config.runner.node });
      if (claim) return claim;
    }
    await delay(20);
  }
  throw new Error('the task did not come into the queue');
}

/** Readers in a process of their own: what they take is not taken from the writer. */
async function startReaders(job) {
  const child = fork(fileURLToPath(new URL('log-readers.js', import.meta.url)));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the readers ended with ${code}`);
  });
  ended.catch(() => undefined);
  const first = (signal) =>
    Promise.race([once(child, 'message', { signal }), ended]).then(([message]) => unlessError(message));
  try {
    child.send(job);
    await first(AbortSignal.timeout(20_000));
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  // Listened for from now on: the end may come before it is asked for.
  const end = new AbortController();
  const result = first(end.signal);
  result.catch(() => undefined);
  return {
    result: (signal) => {
      const abort = () => end.abort(signal.reason);
      signal.addEventListener('abort', abort);
      return result.finally(() => signal.removeEventListener('abort', abort));
    },
    stop: () => child.kill('SIGKILL'),
  };
}

function unlessError(message) {
  if (message.error) throw new Error(message.error);
  return message;
}
