import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import type { PlatformLog } from '../platform-log.js';
import { findHolder, isAlive } from './holder.js';
import { readLastRun } from './last-run.js';
import { startPrivateRedis, type PrivateRedis } from './private-redis.js';
import { connectOptions, type RedisAddress } from './redis-address.js';
import { redisFiles } from './redis-files.js';
import { waitUntil } from './wait-until.js';

const password = 'correct-horse';
let folder: string;
let lines: string[];
let started: PrivateRedis[];
let log: PlatformLog;

beforeEach(() => {
  folder = mkdtempSync('/tmp/pr-');
  lines = [];
  started = [];
  const line = (_: unknown, message: string): void => void lines.push(message);
  log = { debug: () => undefined, info: line, warn: line, error: line };
});

afterEach(async () => {
  // Of a test that failed: its watch would start the server again.
  for (const redis of started) await redis.stop();
  const left = findHolder(files());
  if (left !== null) process.kill(left, 'SIGKILL');
  if (left !== null) await waitUntil(() => !isAlive(left), 5000);
  rmSync(folder, { recursive: true });
  // Whatever a test started, it must have stopped.
  expect(left).toBeNull();
});

const home = () => ({ redisDir: join(folder, 'data/redis'), runDir: join(folder, 'run') });
const files = () => {
  mkdirSync(home().redisDir, { recursive: true });
  return redisFiles(home());
};
async function start(options: { searchPath?: string; signal?: AbortSignal } = {}): Promise<PrivateRedis> {
  const redis = await startPrivateRedis({ home: home(), password, log, ...options });
  started.push(redis);
  return redis;
}

function connect(): Redis {
  const address: RedisAddress = readLastRun(files().lastRun)?.address ?? { socket: files().serve.socket };
  const redis = new Redis({ ...connectOptions(address, password), maxRetriesPerRequest: 100 });
  redis.on('error', () => undefined);
  return redis;
}

async function withRedis<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = connect();
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function killed(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  expect(await waitUntil(() => !isAlive(pid), 5000)).toBe(true);
}

/** A platform process that can be killed. */
async function holdElsewhere(): Promise<{ pid: number; redisPid: number }> {
  const script = new URL('./fixtures/hold-redis.ts', import.meta.url).pathname;
  const node = ['--conditions=@aicode/source', '--import', '@swc-node/register/esm-register', script, folder, password];
  const child = spawn(process.execPath, node, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] },
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { pid: redisPid } = JSON.parse(line) as { pid: number };
  if (child.pid === undefined) throw new Error('no pid');
  return { pid: child.pid, redisPid };
}

describe('the private Redis', () => {
  it('listens on a socket with a password, keeps an append-only file, drops nothing, and shows no secret', async () => {
    const redis = await start();
    try {
      const config = await withRedis((client) => client.config('GET', '*'));
      const value = (key: string): unknown => (config as string[])[(config as string[]).indexOf(key) + 1];
      expect(value('appendonly')).toBe('yes');
      expect(value('maxmemory-policy')).toBe('noeviction');
      expect(value('port')).toBe('0');
      expect(statSync(files().serve.config).mode & 0o777).toBe(0o600);
      expect(readFileSync(`/proc/${redis.pid}/cmdline`, 'utf8')).not.toContain(password);
      expect(readFileSync(`/proc/${redis.pid}/environ`, 'utf8')).not.toContain('NODE_OPTIONS');
      const stranger = new Redis({ path: files().serve.socket, lazyConnect: true, retryStrategy: () => null });
      stranger.on('error', () => undefined);
      await expect(stranger.ping()).rejects.toThrow('NOAUTH');
      stranger.disconnect();
      expect(redis.url).toBe(`unix://:${password}@${files().serve.socket}`);
    } finally {
      await redis.stop();
    }
  });

  it('takes a port of the loopback when the path of the socket would be too long', async () => {
    folder = join(folder, 'x'.repeat(100));
    const redis = await start();
    expect(redis.url).toMatch(/^redis:\/\/:correct-horse@127\.0\.0\.1:\d+$/);
    await withRedis((client) => client.set('a', '1'));
    await killed(redis.pid);
    expect(await withRedis((client) => client.get('a'))).toBe('1');
    await redis.stop();
    folder = join(folder, '..');
    mkdirSync(join(folder, 'data/redis'), { recursive: true });
  });

  it('stops with the platform, clean, and keeps what was written without a repair', async () => {
    const first = await start();
    await withRedis((client) => client.set('kept', 'yes'));
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(existsSync(files().serve.socket)).toBe(false);
    expect(readLastRun(files().lastRun)?.state).toBe('clean');
    const second = await start();
    expect(await withRedis((client) => client.get('kept'))).toBe('yes');
    expect(lines.join()).not.toContain('anew');
    await second.stop();
  });

  it('outlives a kill -9 of the platform and is adopted, with all that it holds in memory', async () => {
    const platform = await holdElsewhere();
    await withRedis((client) => client.set('live', 'still here'));
    await killed(platform.pid);
    expect(isAlive(platform.redisPid)).toBe(true);
    const redis = await start();
    expect(redis.pid).toBe(platform.redisPid);
    expect(lines).toContain('Private Redis adopted: it outlived the platform before');
    expect(await withRedis((client) => client.get('live'))).toBe('still here');
    await redis.stop();
    expect(isAlive(platform.redisPid)).toBe(false);
    expect(readLastRun(files().lastRun)?.state).toBe('clean');
  });

  it('is adopted while it is still loading, and without its pid file', async () => {
    const platform = await holdElsewhere();
    await withRedis(async (client) => {
      // Each key of a load costs time: DEBUG is not needed, the size is.
      for (let batch = 0; batch < 20; batch++) {
        await client.mset(
          Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${batch}:${i}`, 'x'.repeat(100)])),
        );
      }
    });
    await killed(platform.pid);
    await killed(platform.redisPid);
    const file = files();
    const config = readFileSync(file.serve.config, 'utf8');
    writeFileSync(file.serve.config, `${config}key-load-delay 20\n`, { mode: 0o600 });
    const loading = spawn('redis-server', [file.serve.config], { cwd: file.dir, detached: true, stdio: 'ignore' });
    await once(loading, 'spawn');
    expect(await waitUntil(() => findHolder(file) === loading.pid, 5000)).toBe(true);
    rmSync(file.serve.pidFile, { force: true });
    const redis = await start();
    expect(redis.pid).toBe(loading.pid);
    expect(await withRedis((client) => client.dbsize())).toBe(100_000);
    await redis.stop();
  });

  it('repairs the append-only file after an unclean end before anybody is served', async () => {
    const platform = await holdElsewhere();
    await withRedis((client) => client.set('before', '1'));
    await killed(platform.pid);
    await killed(platform.redisPid);
    // A script's MULTI that was cut in the middle, as a loss of power leaves it.
    const parts = join(files().dir, 'appendonlydir');
    const last = readdirSync(parts).find((name) => name.endsWith('.incr.aof')) ?? '';
    appendFileSync(join(parts, last), '*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$4\r\ntorn\r\n$1\r\n1\r\n');
    const redis = await start();
    const rewritten = await withRedis((client) => client.info('server'));
    expect(rewritten).toContain('redis_mode');
    expect(readFileSync(files().log, 'utf8')).toContain('Background AOF rewrite finished successfully');
    expect(lines).toContain('The append-only file is whole again');
    await withRedis((client) => client.set('after', '2'));
    await redis.stop();
    // The proof of the cure: a clean restart keeps the later write, and the torn line is gone.
    const again = await start();
    expect(await withRedis((client) => client.mget('before', 'after', 'torn'))).toEqual(['1', '2', null]);
    await again.stop();
  });

  it('begins a repair again that was cut off', async () => {
    const first = await start();
    await withRedis((client) => client.set('a', '1'));
    await killed(first.pid);
    await first.stop();
    const file = files();
    writeFileSync(file.lastRun, JSON.stringify({ state: 'recovering', address: { socket: file.recover.socket } }));
    writeFileSync(
      file.recover.config,
      readFileSync(file.serve.config, 'utf8').replaceAll('redis.sock', 'redis-recover.sock'),
    );
    const repair = spawn('redis-server', [file.recover.config], { cwd: file.dir, detached: true, stdio: 'ignore' });
    await once(repair, 'spawn');
    expect(await waitUntil(() => findHolder(file) === repair.pid, 5000)).toBe(true);
    const redis = await start();
    expect(redis.pid).not.toBe(repair.pid);
    expect(lines).toContain('An unfinished repair of the append-only file is begun again');
    expect(lines).toContain('The append-only file is whole again');
    expect(await withRedis((client) => client.get('a'))).toBe('1');
    await redis.stop();
  });

  it('is started again at the same address when it dies, repaired, with what was written', async () => {
    const redis = await start();
    const client = connect();
    await client.set('a', '1');
    const dead = redis.pid;
    await killed(dead);
    // The waiting client comes back by itself.
    expect(await client.get('a')).toBe('1');
    client.disconnect();
    expect(await waitUntil(() => redis.pid !== dead, 5000)).toBe(true);
    expect(lines).toEqual(
      expect.arrayContaining([
        'The private Redis has died; it is started again',
        'The append-only file is whole again',
      ]),
    );
    await redis.stop();
    expect(readLastRun(files().lastRun)?.state).toBe('clean');
  });

  it('can be stopped while it is being started again', async () => {
    const redis = await start();
    await killed(redis.pid);
    await redis.stop();
    expect(findHolder(files())).toBeNull();
  });

  it('says how to install Redis where there is none', async () => {
    await expect(start({ searchPath: '/nowhere' })).rejects.toMatchObject({
      code: 'platform.redis_missing',
      message: expect.stringContaining('apt-get install redis-server'),
    });
  });

  it('says what Redis said when it ends at once', async () => {
    const file = files();
    mkdirSync(join(file.dir, 'appendonlydir'), { recursive: true });
    writeFileSync(join(file.dir, 'appendonlydir/appendonly.aof.manifest'), 'not a manifest\n');
    await expect(start()).rejects.toMatchObject({
      code: 'platform.start_failed',
      message: expect.stringMatching(/manifest|AOF/i),
    });
  });

  it('gives up a start that is not wanted any more, and leaves nothing', async () => {
    const stop = new AbortController();
    const starting = start({ signal: stop.signal });
    stop.abort();
    await expect(starting).rejects.toThrow('abort');
  });
});
