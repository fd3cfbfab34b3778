/**
 * Idle memory of the platform in one process, and of each service alone. Needs a build (npm run build).
 *   node tools/bench/memory.js
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startRedis, startStack, tempDir } from '@aicode/testing';

const services = ['auth', 'docker-manager', 'workspace-service', 'task-manager', 'claude-runner', 'gateway'];
/** The goal for the platform in one process (MB). */
const goal = 250;
/** Idle means: nothing asked for this long (ms). Figures are the median of samples over the second half. */
const idle = 10_000;

/** @returns {Promise<{ goal_mb: number, within_goal: boolean, node_mb: number, rss_mb: Record<string, number> }>} */
export async function run() {
  const rss = { standalone: await standalone() };
  for (const service of services) rss[service] = await alone(service);
  return { goal_mb: goal, within_goal: rss.standalone < goal, node_mb: await bareNode(), rss_mb: rss };
}

async function standalone() {
  const stack = await startStack();
  try {
    return await idleRss(stack.process.pid);
  } finally {
    await stack.stop();
  }
}

async function alone(service) {
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
  try {
    await Promise.race([saysReady(child.stdout), exited.then(([code]) => fail(`${service} ended with ${code}`))]);
    return await idleRss(child.pid);
  } finally {
    child.kill('SIGTERM');
    await exited;
    await redis.stop();
    await home.remove();
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`);
}
