/** Writers of one SQLite file: 200 at once over six handles of a process, and in each of two processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { openDatabase } from '@aicode/database';
import { tempDir } from '@aicode/testing';

import { median, percentile, round, times } from './figures.js';

const rounds = 7;
const writers = 200;
const time = '2026-01-01T00:00:00.000Z';
const library = fileURLToPath(new URL('../../libs/database', import.meta.url));

export async function run({ signal }) {
  const dir = await tempDir('sql');
  try {
    const alone = [];
    const samples = { 1: [], 2: [] };
    for (let i = 0; i < rounds; i += 1) {
      for (const processes of [1, 2]) {
        signal.throwIfAborted();
        const url = `sqlite:${dir.path}/${i}-${processes}.db`;
        const database = await openDatabase({ url, entities: [] });
        try {
          alone.push(...(await oneByOne(database)));
          samples[processes].push(...(await atOnce(url, processes, signal)));
          await nothingLost(database, processes);
        } finally {
          await database.close();
        }
      }
    }
    return report(alone, samples[1], samples[2]);
  } finally {
    await dir.remove();
  }
}

function report(alone, one, two) {
  const row = (what, ascending, perSecond) => ({
    what,
    'p50 (ms)': round(median(ascending), 1),
    'p99 (ms)': round(percentile(ascending, 0.99), 1),
    'writes/s': round(perSecond),
    refused: 0,
    lost: 0,
  });
  const all = (outcomes) => outcomes.flatMap(({ latencies }) => latencies).sort((a, b) => a - b);
  const rate = (outcomes, processes) =>
    (processes * writers * 1000) / median(outcomes.map(({ latencies }) => latencies.at(-1)));
  const [lone, oneAll, twoAll] = [alone.sort((a, b) => a - b), all(one), all(two)];
  const queue = writers * median(lone);
  return {
    title: '200 writers at once on SQLite',
    how:
      `${rounds} rounds, a new file each. The writers are those of libs/database's own spec: single inserts, transactions of two, and ` +
      'read-then-write of one shared row through TypeORM, one of them rolled back, each time in fresh processes, whose code is cold; every round is checked for refused and lost writes. ' +
      'A write waits for those before it, so its time at 200 is above all its place in the queue. The baseline is one ' +
      'writer in a warm process, one plain insert after the other, which is less work for each write.',
    rows: [
      row('one writer alone', lone, 1000 / median(lone)),
      row(`${writers} at once, six handles, one process`, oneAll, rate(one, 1)),
      row(`${writers} at once in each of two processes, six handles each`, twoAll, rate(two, 2)),
    ],
    ratios: [
      { what: `p99 of ${writers} writers, six handles, one process`, value: `${round(percentile(oneAll, 0.99))} ms` },
      { what: `p99 of ${writers} writers in each of two processes`, value: `${round(percentile(twoAll, 0.99))} ms` },
      {
        what: `p99 / ${writers} lone plain inserts in a row, one process`,
        value: times(percentile(oneAll, 0.99), queue),
      },
      {
        what: `p99 / ${2 * writers} lone plain inserts in a row, two processes`,
        value: times(percentile(twoAll, 0.99), 2 * queue),
      },
    ],
  };
}

async function oneByOne(database) {
  await database.write((manager) =>
    manager.query(
      `INSERT INTO logs (task_id, seq, attempt, level, source, message, data, time)
       VALUES ('counter', 0, 0, 'info', 'test', 'm', NULL, '${time}')`,
    ),
  );
  const taken = [];
  for (let i = 0; i < writers; i += 1) {
    const before = performance.now();
    await database.write((manager) =>
      manager.query('INSERT INTO nodes (name, updated_at) VALUES ($1, $2)', [`alone-${i}`, time]),
    );
    taken.push(performance.now() - before);
  }
  return taken;
}

/** Runs the spec's own writers in so many processes, begun together. */
async function atOnce(url, processes, signal) {
  const children = Array.from({ length: processes }, (_, i) => startWriters(url, `process-${i}`, signal));
  try {
    await Promise.all(children.map((child) => child.next()));
    for (const child of children) child.send('open');
    await Promise.all(children.map((child) => child.next()));
    for (const child of children) child.send('write');
    const outcomes = await Promise.all(children.map(async (child) => JSON.parse(await child.next())));
    for (const { done, refused } of outcomes) {
      // One is meant to roll back.
      if (done !== writers - 1 || refused.length > 0) throw new Error(`writes were refused: ${refused.join('; ')}`);
    }
    return outcomes;
  } finally {
    await Promise.all(children.map((child) => child.kill()));
  }
}

function startWriters(url, label, signal) {
  const loader = ['--conditions=@aicode/source', '--import', '@swc-node/register/esm-register'];
  const child = spawn(process.execPath, [...loader, 'src/fixtures/writer-process.ts', url, String(writers), label], {
    cwd: library,
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'inherit'],
    signal,
  });
  child.on('error', () => undefined); // the abort; next() tells of the end
  const exit = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    next: async () => {
      const line = await lines.next();
      if (line.done) throw new Error('a writing process has ended early');
      return line.value;
    },
    send: (line) => child.stdin.write(`${line}\n`),
    kill: async () => {
      child.kill('SIGKILL');
      await exit.catch(() => undefined);
    },
  };
}

/** Every write that was answered has left a row or counted by one. */
async function nothingLost(database, processes) {
  const [{ total }] = await database.read((manager) =>
    manager.query(
      `SELECT (SELECT COUNT(*) FROM nodes) + (SELECT attempt FROM logs WHERE task_id = 'counter') AS total`,
    ),
  );
  const expected = writers + processes * (writers - 1);
  if (total !== expected) throw new Error(`${expected - total} of ${expected} writes were lost`);
}
