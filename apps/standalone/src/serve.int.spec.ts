import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';

import { startRedis } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { run } from './run.js';
import { serve, type ServeOptions } from './serve.js';
import { aborted } from './stop-signals.js';

let home: string;
let lines: string[];
let polite: AbortController;
let urgent: AbortController;
const environment = { ...process.env };

beforeEach(() => {
  home = mkdtempSync('/tmp/sv-');
  lines = [];
  polite = new AbortController();
  urgent = new AbortController();
  process.env['AICLI_SERVICES'] = 'docker-manager';
  process.env['AICLI_LOG_LEVEL'] = 'silent';
});
afterEach(() => {
  process.env = { ...environment };
  // A platform that was told twice does not wait for its Redis, which may still write its last file.
  rmSync(home, { recursive: true, maxRetries: 30 });
});

function start(options: Partial<ServeOptions> = {}): { ready: () => Promise<string>; exit: Promise<number> } {
  let told: (line: string) => void = () => undefined;
  const line = new Promise<string>((resolve) => (told = resolve));
  const exit = serve({
    home,
    demoModel: false,
    stop: { polite: polite.signal, urgent: urgent.signal, release: () => undefined },
    say: (text) => {
      lines.push(text);
      told(text);
    },
    ...options,
  });
  // A failed start must fail the test that waits for the line.
  return { ready: () => Promise.race([line, exit.then((code) => `ended with ${code}`)]), exit };
}

describe('serving', () => {
  it('runs, says so in a file for the owner, and leaves nothing when it is told to stop', async () => {
    const platform = start();
    expect(await platform.ready()).toMatch(/^AICode Manager \d+\.\d+\.\d+ runs docker-manager$/);
    const file = join(home, 'run/platform.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid, url: null, demo_model: false });
    polite.abort();
    expect(await platform.exit).toBe(0);
    expect(existsSync(file)).toBe(false);
    expect(existsSync(join(home, 'run/redis.sock'))).toBe(false);
  });

  it('refuses a second platform on the same home, with who runs', async () => {
    const platform = start();
    await platform.ready();
    await expect(start().exit).rejects.toMatchObject({
      code: 'platform.already_running',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    polite.abort();
    expect(await platform.exit).toBe(0);
  });

  it('uses the Redis that is configured, and leaves it alone', async () => {
    const redis = await startRedis();
    process.env['AICLI_REDIS_URL'] = redis.url;
    const platform = start();
    await platform.ready();
    expect(existsSync(join(home, 'run/redis.sock'))).toBe(false);
    polite.abort();
    expect(await platform.exit).toBe(0);
    expect(redis.pid()).toBeGreaterThan(0);
    await redis.stop();
  });

  it('labels a demo model where people and programs look', async () => {
    const platform = start({ demoModel: true });
    expect(await platform.ready()).toContain('(demo model: a script, not an AI)');
    expect(JSON.parse(readFileSync(join(home, 'run/platform.json'), 'utf8'))).toMatchObject({ demo_model: true });
    polite.abort();
    expect(await platform.exit).toBe(0);
  });

  it('can be stopped while it starts', async () => {
    const platform = start();
    polite.abort();
    expect(await platform.exit).toBe(0);
    expect(existsSync(join(home, 'run/platform.json'))).toBe(false);
  });

  it('stops at once when it is told twice', async () => {
    const platform = start();
    await platform.ready();
    polite.abort();
    urgent.abort();
    await aborted(urgent.signal);
    expect(await platform.exit).toBe(130);
    expect(existsSync(join(home, 'run/redis.sock'))).toBe(false);
  });

  it('stops what it has started when a later part fails', async () => {
    const taken: Server = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    process.env['AICLI_SERVICES'] = 'docker-manager,gateway';
    await expect(start({ port }).exit).rejects.toThrow(String(port));
    expect(existsSync(join(home, 'run/redis.sock'))).toBe(false);
    expect(existsSync(join(home, 'run/platform.json'))).toBe(false);
    taken.close();
  });
});

describe('the command line, run', () => {
  it.each([
    ['a bad option', ['serve', '--prot'], 2],
    ['no command', [], 2],
    ['help', ['--help'], 0],
  ])('%s ends with its code', async (_, args, code) => {
    expect(await run(args)).toBe(code);
  });

  it('ends with 2 for a bad configuration', async () => {
    process.env['AICLI_HOME'] = home;
    mkdirSync(join(home, 'config'));
    writeFileSync(join(home, 'config/server.yaml'), 'server:\n  prot: 1\n');
    expect(await run(['serve'])).toBe(2);
    expect(await run(['doctor', '--json'])).toBe(1);
  });
});
