/** The dashboard in real Chromium: a log of 100,000 lines, and 20 tasks that run; main-thread tasks by the browser's own tracing. */
import { join } from 'node:path';
import { promisify } from 'node:util';

import { createApiClient } from '@aicode/api-client';
import { signIn, startStack, tempDir } from '@aicode/testing';
import { chromium } from 'playwright-core';
import sqlite3 from 'sqlite3';

import { readyWorkspace, timeTask } from './engine.js';
import { percentile, round } from './figures.js';

const lines = 100_000;
const running = 20;
/** A frame that takes longer is felt. */
const goalMs = 50;

export async function run({ signal }) {
  const stack = await startStack({ env: { AICLI_RUNNER_MAX_SESSIONS: String(running) } });
  const profile = await tempDir('bench-web');
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    env: { HOME: profile.path, PATH: process.env.PATH ?? '' },
  });
  try {
    let client = await clientOf(stack);
    const workspace = await readyWorkspace(client, 'bench');
    await timeTask(client, workspace, '#say long', signal);
    const [{ id }] = (await client.tasks.list({})).items;
    await stack.process.kill('SIGTERM');
    await lengthen(join(stack.home, 'data', 'aicli.db'), id);
    await stack.restart();
    client = await clientOf(stack);

    const page = await pageOf(browser, stack);
    const begun = performance.now();
    await page.goto(`${stack.url}/tasks/${id}`);
    await page.getByText('The log ends here').first().waitFor();
    const opened = performance.now() - begun;
    const scrolled = await traced(page, () => scroll(page, signal));
    const heap = await heapOf(page);

    const atWork = [];
    for (let i = 0; i < running; i += 1) {
      const each = await readyWorkspace(client, `busy-${i}`);
      const command = `${Array.from({ length: 20 }, (_, n) => `#bash echo ${n}`).join('\n')}\n#say over`;
      atWork.push({ each, command });
    }
    await page.goto(`${stack.url}/tasks`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    const busy = await traced(page, () =>
      Promise.all(atWork.map(({ each, command }) => timeTask(client, each, command, signal))),
    );
    return report({ opened, scrolled, heap, busy });
  } finally {
    await browser.close();
    await profile.remove();
    await stack.stop();
  }
}

async function clientOf(stack) {
  const { token } = await signIn(stack.url, stack.admin);
  return createApiClient({ baseUrl: stack.url, token: () => Promise.resolve(token), userAgent: 'bench' });
}

async function pageOf(browser, stack) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.request.post(`${stack.url}/api/v1/auth/web-session`, {
    data: stack.admin,
    headers: { origin: stack.url, 'x-aicode-request': '1' },
  });
  return context.newPage();
}

/** The log of an ended task gets so many lines before its last entry, as the persister would have stored them. */
async function lengthen(file, taskId) {
  const database = new sqlite3.Database(file);
  const all = promisify(database.all.bind(database));
  const write = promisify(database.run.bind(database));
  const [{ last }] = await all('SELECT max(seq) AS last FROM logs WHERE task_id = ?', [taskId]);
  await write('BEGIN IMMEDIATE');
  for (const [table, column] of [
    ['logs', 'seq'],
    ['log_terminals', 'seq'],
  ]) {
    await write(`UPDATE ${table} SET ${column} = ? WHERE task_id = ? AND ${column} = ?`, [lines, taskId, last]);
  }
  await write('UPDATE attempts SET terminal_seq = ? WHERE task_id = ?', [lines, taskId]);
  await write('UPDATE tasks SET persisted_seq = ? WHERE id = ?', [lines, taskId]);
  await write(
    `WITH RECURSIVE n(seq) AS (SELECT ? UNION ALL SELECT seq + 1 FROM n WHERE seq < ?)
     INSERT INTO logs (task_id, seq, attempt, level, source, message, data, time)
     SELECT ?, seq, 1, 'info', 'output', 'line ' || seq || ' of a build that says much: ' || hex(randomblob(20)), NULL, '2026-01-01T00:00:00.000Z' FROM n`,
    [last, lines - 1, taskId],
  );
  await write('COMMIT');
  await promisify(database.close.bind(database))();
}

async function scroll(page, signal) {
  await page.mouse.move(720, 500);
  for (let i = 0; i < 120; i += 1) {
    signal.throwIfAborted();
    await page.mouse.wheel(0, i % 40 < 30 ? -900 : 500);
    await page.waitForTimeout(16);
  }
}

/** Durations (ms) of the main thread's tasks while something goes on, ascending. */
async function traced(page, work) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await session.send('Tracing.start', {
    categories: '__metadata,devtools.timeline,disabled-by-default-devtools.timeline',
    transferMode: 'ReportEvents',
  });
  await work();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  const main = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}:${tid}`),
  );
  return events
    .filter(
      ({ name, dur, pid, tid }) =>
        name === 'RunTask' && dur !== undefined && (main.size === 0 || main.has(`${pid}:${tid}`)),
    )
    .map(({ dur }) => dur / 1000)
    .sort((a, b) => a - b);
}

/** MB of JavaScript, after a collection. */
async function heapOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize').value / 1024 ** 2;
}

function report({ opened, scrolled, heap, busy }) {
  const row = (what, durations) => ({
    what,
    'main-thread tasks': durations.length,
    'p99 (ms)': round(percentile(durations, 0.99), 1),
    'longest (ms)': round(durations.at(-1) ?? 0, 1),
    [`over ${goalMs} ms`]: durations.filter((ms) => ms > goalMs).length,
  });
  return {
    title: 'The dashboard under load',
    how:
      `Chromium without a GPU on the same two cores as the platform. A finished task of ${lines.toLocaleString('en')} lines is opened and scrolled by the wheel, ` +
      `up and down; then ${running} tasks run while the list is open. Durations are the renderer's main-thread tasks by the browser's own tracing.`,
    rows: [row('scrolling 100,000 lines', scrolled), row('20 running tasks, the list open', busy)],
    ratios: [
      { what: 'opening the log of 100,000 lines at its end', value: `${round(opened)} ms` },
      { what: 'JavaScript memory of that page after scrolling', value: `${round(heap, 1)} MB` },
    ],
  };
}
