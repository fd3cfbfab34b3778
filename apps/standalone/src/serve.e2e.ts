import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { signIn, startStack, type Stack } from '@aicode/testing';
import { afterEach, describe, expect, it } from '@jest/globals';

import { isAlive } from './redis/holder.js';
import { waitUntil } from './redis/wait-until.js';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let stack: Stack | undefined;
afterEach(async () => {
  const ending = stack;
  stack = undefined;
  await ending?.stop();
});

const redisPid = (home: string): number => Number(readFileSync(join(home, 'data/redis/redis.pid'), 'utf8'));

async function readiness(url: string): Promise<{ status: string; dependencies: { name: string; state: string }[] }> {
  const answer = await fetch(`${url}/api/v1/health/ready`);
  return (await answer.json()) as Awaited<ReturnType<typeof readiness>>;
}

async function isUp(url: string): Promise<boolean> {
  return (await readiness(url).catch(() => null))?.dependencies.every(({ state }) => state !== 'down') ?? false;
}

async function runToEnd(home: string, args: string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'], AICLI_HOME: home, AICLI_SERVER_PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

describe('the platform as one process', () => {
  it('serves all six, signs in its person, shows no secret, and ends without a trace', async () => {
    stack = await startStack();
    expect(await isUp(stack.url)).toBe(true);
    const session = await signIn(stack.url, stack.admin);
    expect((await session.call('GET', '/auth/me')).body).toMatchObject({ role: 'admin' });
    const state = join(stack.home, 'run/platform.json');
    expect(statSync(state).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(state, 'utf8'))).toMatchObject({ pid: stack.process.pid, url: stack.url });
    const password = readFileSync(join(stack.home, 'secrets/redis.password'), 'utf8').trim();
    for (const secret of ['sk-test-secret', password, stack.admin.password]) expect(stack.log()).not.toContain(secret);
    await stack.process.kill('SIGTERM');
    expect(await stack.process.exited).toEqual({ code: 0, signal: null });
    expect(existsSync(state)).toBe(false);
  });

  it('refuses a second one on its home with 75 and who runs', async () => {
    stack = await startStack({ services: ['docker-manager'] });
    const second = await runToEnd(stack.home, ['serve']);
    expect(second.code).toBe(75);
    expect(second.stderr).toContain(`process ${stack.process.pid}`);
  });

  it('adopts the Redis that a kill -9 left, and serves its people on', async () => {
    stack = await startStack();
    const session = await signIn(stack.url, stack.admin);
    const redis = redisPid(stack.home);
    await stack.process.kill('SIGKILL');
    expect(isAlive(redis)).toBe(true);
    await stack.restart();
    expect(redisPid(stack.home)).toBe(redis);
    expect((await session.call('GET', '/auth/me')).status).toBe(200);
  });

  it('brings a killed Redis back under the running platform', async () => {
    stack = await startStack();
    const { url, home } = stack;
    const session = await signIn(url, stack.admin);
    const dead = redisPid(home);
    process.kill(dead, 'SIGKILL');
    expect(await waitUntil(() => !isAlive(dead), 5000)).toBe(true);
    expect(await waitUntil(() => isUp(url), 20_000)).toBe(true);
    expect((await session.call('GET', '/auth/me')).status).toBe(200);
    expect(stack.log()).toContain('The append-only file is whole again');
  });

  it('recovers when platform and Redis are killed together', async () => {
    stack = await startStack();
    const session = await signIn(stack.url, stack.admin);
    const redis = redisPid(stack.home);
    process.kill(redis, 'SIGKILL');
    await stack.process.kill('SIGKILL');
    await stack.restart();
    expect(await isUp(stack.url)).toBe(true);
    expect(stack.log()).toContain('The append-only file is whole again');
    expect((await session.call('GET', '/auth/me')).status).toBe(200);
  });

  it('labels its demo model', async () => {
    stack = await startStack({ demoModel: true });
    expect(JSON.parse(readFileSync(join(stack.home, 'run/platform.json'), 'utf8'))).toMatchObject({ demo_model: true });
    expect(stack.log()).toContain('DEMO MODEL');
  });
});
