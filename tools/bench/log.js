/**
 * Lines through the whole log: a runner's LogWriter under its lease → Redis → the gateway's SSE to 1 and 20 readers, while the
 * persister brings them into SQL; against a bare XADD and XREAD of the same lines on the same Redis. This process is the
 * runner, the platform runs in its own, the readers in a third.
 */
/* global AbortController, AbortSignal */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { on, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { createApiClient } from '@aicode/api-client';
import { ServerConfig, turnsRpc } from '@aicode/contracts';
import { startService } from '@aicode/service-kit';
import { signIn, startStack } from '@aicode/testing';

import { bareSink, taskSink } from './log-sinks.js';
import { median, round, times } from './figures.js';

const full = { lines: 20_000, perSecond: null, rounds: 7 };
const paced = { lines: 3_000, perSecond: 1_000, rounds: 3 };
/** No further round of a row is begun after this time, so that a loaded machine costs rounds and not patience. */
const enoughMs = 14_000;
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
  const begun = performance.now();
  for (let i = 0; i < load.rounds && performance.now() - begun < enoughMs; i += 1) {
    base.push(await bare(bench, readers, load));
    whole.push(await throughPlatform(bench, readers, load));
  }
  return { readers, load, whole, base };
}

function report(rows) {
  const label = ({ load, readers }) =>
    `${load.perSecond ? `${load.perSecond} lines/s` : 'full speed'}, ${readers} reader${readers > 1 ? 's' : ''}`;
  const of = (runs, figure) => median(runs.map((run) => run[figure]));
  const range = (runs, figure) => {
    const all = runs.map((run) => run[figure]);
    return `${round(Math.min(...all))}…${round(Math.max(...all))}`;
  };
  const common = (row, way, runs) => ({
    load: label(row),
    way,
    rounds: runs.length,
    'lines/s to each reader': round(of(runs, 'perSecond')),
    'worst…best round': range(runs, 'perSecond'),
    'delay p50 (ms)': round(of(runs, 'p50'), 1),
    'delay p99 (ms)': round(of(runs, 'p99'), 1),
  });
  const table = rows.flatMap((row) => [
    {
      ...common(row, 'whole pipeline', row.whole),
      'lines/s into SQL': round(of(row.whole, 'stored')),
      "platform's CPU for 1,000 lines (ms)": round(of(row.whole, 'cpu')),
      'requests to task-manager, least…most': range(row.whole, 'asked'),
    },
    {
      ...common(row, 'bare XADD + XREAD', row.base),
      'lines/s into SQL': '',
      "platform's CPU for 1,000 lines (ms)": '',
      'requests to task-manager, least…most': '',
    },
  ]);
  const compared = (what, row, figure) => ({
    what: `${what}, pipeline / bare, ${label(row)}`,
    value: times(of(row.whole, figure), of(row.base, figure)),
  });
  const ratios = rows.flatMap((row) =>
    row.load.perSecond
      ? [compared('delay p50', row, 'p50'), compared('delay p99', row, 'p99')]
      : [compared('lines/s', row, 'perSecond')],
  );
  return {
    title: 'A log line through the whole pipeline',
    how:
      `${full.lines} lines at full speed and ${paced.lines} at ${paced.perSecond} lines/s, medians of the rounds, pipeline and bare in turns; ` +
      'each line of about 200 bytes, into the log of a real, claimed task: the LogWriter of libs/task-log under its lease, in batches of at ' +
      'most 256 lines or 20 ms; readers by SSE, connected just before the first line; the end comes when SQL has all. Each reader is checked ' +
      'for 1..n. A delay is from the write of a line to its arrival: at full speed that is the backlog, at a pace it holds up to 20 ms of ' +
      'waiting for the batch, on both sides. The bare way is XADD in pipelines of the same batches, and one XREAD connection for each ' +
      'reader. lines/s are those of the slowest reader. Runner, platform, readers and Redis are four processes that share the cores.',
    rows: table,
    notes: [
      'With 20 readers at full speed there are rounds in which the readers read history page by page, each for itself, instead of what is ' +
        'live: many requests to task-manager, several times the CPU, far fewer lines/s. The range above shows whether this run had one. Why ' +
        'a round begins so is not known yet.',
    ],
    ratios,
  };
}

/** One task, its lines written by us as its runner. */
async function throughPlatform(bench, readers, load) {
  const { stack, client, token } = bench;
  const claim = await claimTask(bench);
  const reading = await startReaders({ kind: 'sse', url: stack.url, token, taskId: claim.task_id, readers });
  try {
    const requests = await requestsSoFar(bench);
    const cpu = cpuTime(stack.process.pid);
    const { result, started } = await measure(await taskSink(bench, claim), reading, load, bench.signal);
    const spent = cpuTime(stack.process.pid) - cpu;
    const asked = (await requestsSoFar(bench)) - requests;
    const task = await client.tasks.get({ id: claim.task_id });
    if (task.state !== 'succeeded') throw new Error(`the task ${task.state}: ${task.reason}`);
    // Its end is the entry behind the lines.
    return { ...figures(result, load.lines + 1, load, started), cpu: (spent * 1000) / load.lines, asked };
  } finally {
    reading.stop();
  }
}

async function bare(bench, readers, load) {
  const key = `bench:${randomUUID()}`;
  const reading = await startReaders({ kind: 'redis', url: bench.stack.redisUrl, key, readers, lines: load.lines });
  try {
    const { result, started } = await measure(bareSink(bench, key), reading, load, bench.signal);
    return figures(result, load.lines, load, started);
  } finally {
    reading.stop();
    await bench.runner.context.redis.shared.del(key);
  }
}

async function measure(sink, reading, load, signal) {
  try {
    const started = now();
    await write(sink, load, signal);
    return { result: await reading.result(signal), started };
  } finally {
    sink.close();
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
    for (; written < Math.min(due, lines); written += 1) sink.write(stamped());
    await sink.ready();
    await (perSecond ? delay(5) : turn());
  }
  await sink.end();
}

/** Milliseconds since the epoch with their fraction, comparable between processes of this machine. */
function now() {
  return performance.timeOrigin + performance.now();
}

/** A line that says when it was written. */
function stamped() {
  return `${now().toFixed(2)} ${padding}`;
}

/** Requests that task-manager was sent over the bus: many of them are readers that read history instead of what is live. */
async function requestsSoFar({ runner }) {
  const info = await runner.context.redis.shared.xinfo('STREAM', 'bus:task-manager:requests');
  return Number(info[info.indexOf('entries-added') + 1]);
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
  // Both are listened for from the start: the second may come before it is asked for.
  const over = new AbortController();
  const messages = on(child, 'message', { signal: over.signal });
  const next = async (signal) => {
    const abort = () => over.abort(signal.reason);
    signal.addEventListener('abort', abort);
    try {
      const { value } = await Promise.race([messages.next(), ended]);
      return unlessError(value[0]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
  const stop = () => child.kill('SIGKILL');
  try {
    child.send(job);
    await next(AbortSignal.timeout(20_000));
  } catch (error) {
    stop();
    throw error;
  }
  return { result: next, stop };
}

function unlessError(message) {
  if (message.error) throw new Error(message.error);
  return message;
}
