/** What the platform adds to the CLI: the same prompt by POST /tasks and by the bare CLI, in turns, on the same scripted model. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { createApiClient } from '@aicode/api-client';
import { signIn, startStack, tempDir } from '@aicode/testing';

import { median, percentile, round, times } from './figures.js';

const rounds = 15;
/** No new round is begun after this time, so that a loaded machine costs rounds and not patience. */
const enoughMs = 70_000;
const require = createRequire(import.meta.url);
const claude = require.resolve(`@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}/claude`);

export async function run({ signal }) {
  const stack = await startStack();
  const desk = await tempDir('bare');
  try {
    const bareJob = await bareCli(stack.model, desk.path, signal);
    const taskJob = await platform(stack, signal);
    await bareJob('warm-up of the bare one');
    await taskJob('warm-up of the task');

    const bare = [];
    const task = [];
    const begun = performance.now();
    for (let i = 0; i < rounds && performance.now() - begun < enoughMs; i += 1) {
      const pair = [
        async () => bare.push(await bareJob(`bare ${i}.`)),
        async () => task.push(await taskJob(`task ${i}.`)),
      ];
      // Whoever comes second may profit from the first, or suffer from it.
      for (const job of i % 2 === 0 ? pair : pair.reverse()) await job();
    }
    return report(bare, task);
  } finally {
    await stack.stop();
    await desk.remove();
  }
}

function report(bare, task) {
  const of = (runs, what) => runs.map((run) => run[what]).sort((a, b) => a - b);
  const steps = [
    ['first word of the CLI', 'firstWord'],
    ['first model request', 'firstRequest'],
    ['end', 'end'],
  ];
  const rows = steps.map(([to, what]) => {
    const [b, t] = [of(bare, what), of(task, what)];
    return {
      'from the start to': to,
      'bare CLI (ms)': round(median(b)),
      'bare p25…p75': `${round(percentile(b, 0.25))}…${round(percentile(b, 0.75))}`,
      'task (ms)': round(median(t)),
      'task p25…p75': `${round(percentile(t, 0.25))}…${round(percentile(t, 0.75))}`,
      'task − bare (ms)': round(median(t) - median(b)),
      ratio: times(median(t), median(b)),
    };
  });
  return {
    title: 'The main job: a task against the bare CLI',
    how:
      `Medians of ${bare.length} rounds; in each, the same prompt (one Write, one closing text) once as a task and once by \`claude -p\`, ` +
      'in changing order: the same binary, the same scripted model, which answers at once, and an environment made from nothing. The ' +
      'task begins at `POST /tasks` and ends when its reader has the terminal state by SSE; the bare CLI begins at its spawn and ends ' +
      'with its exit. A task goes through SQL, queue, claim, sandbox, model proxy and log; each file is checked. A real ' +
      'model, whose answers take seconds, was not measured.',
    rows,
    ratios: rows
      .slice(1)
      .map((row) => ({ what: `task / bare CLI, to the ${row['from the start to']}`, value: row.ratio })),
  };
}

const prompt = (label) => `#write hello.txt by ${label}\n#say Written by ${label}`;

/** The first request of the conversation itself; its arrival in ms since the epoch. */
async function firstRequest(model, label, signal) {
  const wanted = ({ side, turn, prompt: text }) => side === null && turn === 0 && text.includes(label);
  const { time } = await model.waitForRequest(wanted, { timeoutMs: 30_000 });
  signal.throwIfAborted();
  return time;
}

async function bareCli(model, desk, signal) {
  const [home, work] = [join(desk, 'home'), join(desk, 'work')];
  await mkdir(home);
  await mkdir(work);
  return async (label) => {
    const start = Date.now();
    const child = spawn(
      claude,
      ['-p', prompt(label), '--output-format', 'stream-json', '--verbose', '--allowedTools', 'Bash,Read,Edit,Write'],
      {
        cwd: work,
        stdio: ['ignore', 'pipe', 'inherit'],
        signal,
        env: {
          HOME: home,
          PATH: '/usr/local/bin:/usr/bin:/bin',
          LANG: 'C.UTF-8',
          TERM: 'dumb',
          ANTHROPIC_BASE_URL: model.url,
          ANTHROPIC_API_KEY: 'sk-test',
          CLAUDE_CODE_MAX_RETRIES: '0',
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          DISABLE_AUTOUPDATER: '1',
        },
      },
    );
    let firstWord = 0;
    child.stdout.on('data', () => (firstWord ||= Date.now()));
    const [[code], requested] = await Promise.all([once(child, 'close'), firstRequest(model, label, signal)]);
    const end = Date.now();
    if (code !== 0) throw new Error(`the bare CLI ended with ${code}`);
    await check(join(work, 'hello.txt'), label);
    return { firstWord: firstWord - start, firstRequest: requested - start, end: end - start };
  };
}

async function platform(stack, signal) {
  const { token } = await signIn(stack.url, stack.admin);
  const client = createApiClient({ baseUrl: stack.url, token: () => Promise.resolve(token), userAgent: 'bench' });
  const workspace = await client.workspaces.create({ name: 'bench' });
  return async (label) => {
    const start = Date.now();
    const task = await client.tasks.create({ workspace_id: workspace.id, command: prompt(label) });
    const requested = firstRequest(stack.model, label, signal);
    requested.catch(() => undefined); // told of below, behind how the task itself has ended
    let firstWord = 0;
    for await (const item of client.followLog(task.id, { signal })) {
      if (item.type === 'log' && item.entry.source === 'claude') firstWord ||= Date.parse(item.entry.time);
      if (item.type === 'end' && item.task.state !== 'succeeded')
        throw new Error(`the task ${item.task.state}: ${item.task.reason}`);
    }
    const end = Date.now();
    await check(join(workspace.project_path, 'hello.txt'), label);
    return { firstWord: firstWord - start, firstRequest: (await requested) - start, end: end - start };
  };
}

async function check(file, label) {
  const text = await readFile(file, 'utf8');
  if (text !== `by ${label}`) throw new Error(`${file} does not hold what was asked for, but: ${text}`);
}
