/** Idle memory of the platform in one process, and of each service alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startRedis, startStack, tempDir } from '@aicode/testing';

import { round, times } from './figures.js';

const services = ['auth', 'docker-manager', 'workspace-service', 'task-manager', 'claude-runner', 'gateway'];
/** The goal for the platform in one process (MB). */
const goal = 250;
/** Idle means: nothing asked for this long (ms). Figures are the median of samples over the second half. */
const idle = 10_000;

export async function run({ signal }) {
  const [standalone, redis] = await together(signal);
  const alone = [];
  // All idle beside each other: resident memory of one does not count another's.
  const running = await Promise.allSettled(services.map((service) => startAlone(service)));
  try {
    const failed = running.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    signal.throwIfAborted();
    alone.push(...(await Promise.all(running.map(({ value }) => idleRss(value.pid)))));
  } finally {
    await Promise.all(running.map(({ value }) => value?.stop()));
  }
  return report(standalone, redis, alone, await bareNode());
}

function report(standalone, redis, alone, node) {
  const row = (process, mb) => ({ process, 'resident (MB)': mb, 'without Node itself (MB)': round(mb - node, 1) });
  const sum = round(
    alone.reduce((total, mb) => total + mb, 0),
    1,
  );
  return {
    title: 'Idle memory',
    how:
      `VmRSS, median of 10 samples after ${idle / 2000} s at rest, before the first task. A goal of ${goal} MB is set for the six services in ` +
      'one process (standalone); its private Redis is a process of its own, and so are the tasks.',
    rows: [
      { process: 'node alone', 'resident (MB)': node, 'without Node itself (MB)': 0 },
      row('standalone: all six', standalone),
      ...services.map((service, i) => row(`${service} alone`, alone[i])),
      row('the six alone, together', sum),
      { process: 'private Redis', 'resident (MB)': redis, 'without Node itself (MB)': '' },
    ],
    ratios: [
      { what: `standalone at rest (goal: under ${goal} MB)`, value: `${standalone} MB` },
      { what: 'standalone / the six alone', value: times(standalone, sum) },
    ],
  };
}

async function together(signal) {
  const stack = await startStack();
  try {
    signal.throwIfAborted();
    const redis = Number(readFileSync(join(stack.home, 'data/redis/redis.pid'), 'utf8'));
    return [await idleRss(stack.process.pid), readRss(redis)];
  } finally {
    await stack.stop();
  }
}

async function startAlone(service) {
  const home = await tempDir('mem');
  const redis = await startRedis();
  const program = fileURLToPath(new URL(`../../apps/${service}/dist/main.js`, import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env.PATH,
      HOME: home.path,
      AICLI_HOME: home.path,
      AICLI_REDIS_URL: redis.url,
      AICLI_SERVER_PORT: '0',
      AICLI_AUTH_FIRST_ADMIN: 'local',
      ANTHROPIC_API_KEY: 'sk-bench-no-real-key',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    await redis.stop();
    await home.remove();
  };
  try {
    await Promise.race([saysReady(child.stdout), exited.then(([code]) => fail(`${service} ended with ${code}`))]);
    return { pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function bareNode() {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1e6)'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const rss = readRss(child.pid);
  child.kill();
  await once(child, 'exit');
  return rss;
}

/** The log line that service-kit writes when a service answers. */
async function saysReady(stdout) {
  for await (const line of createInterface({ input: stdout })) {
    if (JSON.parse(line).msg === 'ready') break;
  }
  stdout.resume();
}

async function idleRss(pid) {
  await delay(idle / 2);
  const samples = [];
  for (let i = 0; i < 10; i += 1) {
    await delay(idle / 20);
    samples.push(readRss(pid));
  }
  return samples.sort((a, b) => a - b)[5];
}

/** MB. */
function readRss(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(kilobytes) / 102.4) / 10;
}

function fail(message) {
  throw new Error(message);
}
