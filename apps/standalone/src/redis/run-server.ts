import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { DomainError } from '@aicode/contracts';
import type { PlatformLog } from '../platform-log.js';
import { replaceFile } from '../replace-file.js';
import { isAlive } from './holder.js';
import { askServer, probe } from './probe.js';
import { connectOptions, type RedisAddress } from './redis-address.js';
import { renderRedisConfig } from './redis-config.js';
import type { RedisFiles, RedisRun } from './redis-files.js';
import { waitUntil } from './wait-until.js';

/** A live server on our files. */
export interface RedisServer {
  pid: number;
  address: RedisAddress;
}

export interface RunServer {
  /** Absolute path of redis-server or valkey-server. */
  program: string;
  files: RedisFiles;
  password: string;
  log: PlatformLog;
  signal: AbortSignal;
}

const silenceLimit = 20_000;
const shutdownLimit = 15_000;
const largestLog = 10 * 1024 ** 2;

/** Starts the server in a session of its own (it outlives a kill -9 of the platform, to be adopted) and waits until it answers. */
export async function startServer(options: RunServer, run: RedisRun, address: RedisAddress): Promise<RedisServer> {
  const { program, files, password } = options;
  const config = { address, password, dir: files.dir, pidFile: run.pidFile, log: files.log };
  await replaceFile(run.config, renderRedisConfig(config));
  if (existsSync(files.log) && statSync(files.log).size > largestLog) renameSync(files.log, `${files.log}.1`);
  const output = openSync(files.log, 'a', 0o600);
  const child = spawn(program, [run.config], {
    cwd: files.dir,
    detached: true,
    stdio: ['ignore', output, output],
    // Nothing of the platform's environment: the model's key may be in it.
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C' },
  });
  closeSync(output);
  child.unref();
  const ended = once(child, 'exit').then(
    () => 'ended' as const,
    (error: unknown) => error,
  );
  const pid = child.pid;
  if (pid === undefined) throw startFailed(files, `${program} could not be started: ${String(await ended)}`);
  try {
    const answers = waitUntilReady({ pid, address }, options).then(() => 'ready' as const);
    if ((await Promise.race([answers, ended])) === 'ready') return { pid, address };
    answers.catch(() => undefined);
    throw startFailed(files, 'Redis ended at once');
  } catch (error) {
    if (isAlive(pid)) await endProcess(pid);
    throw error;
  }
}

/** Waits until a live server serves; reading a big file may take long, saying nothing at all may not. */
export async function waitUntilReady(server: RedisServer, options: Omit<RunServer, 'program'>): Promise<void> {
  let lastHeard = performance.now();
  for (;;) {
    const state = await probe(server.address, options.password);
    if (state === 'ready') return;
    if (state === 'loading') lastHeard = performance.now();
    if (!isAlive(server.pid)) throw startFailed(options.files, 'Redis ended while it started');
    if (performance.now() - lastHeard > silenceLimit) {
      throw startFailed(
        options.files,
        `Redis (process ${server.pid}) does not answer. End it with \`kill ${server.pid}\` and start again`,
      );
    }
    await delay(20, undefined, { signal: options.signal });
  }
}

/** SHUTDOWN with the last of the append-only file on disk. True if it ended by that, false if it had to be killed. */
export async function shutDownServer(server: RedisServer, password: string, log: PlatformLog): Promise<boolean> {
  try {
    await askServer(connectOptions(server.address, password), (redis) => redis.call('SHUTDOWN'), shutdownLimit);
  } catch (error) {
    // The expected end: the connection closes without an answer. A refusal shows in the process living on.
    log.debug({ error: String(error) }, 'Redis closed the connection on SHUTDOWN');
  }
  if (await waitUntil(() => !isAlive(server.pid), shutdownLimit)) return true;
  log.warn({ pid: server.pid }, 'Redis did not follow SHUTDOWN and is ended');
  await endProcess(server.pid);
  return false;
}

export async function endProcess(pid: number): Promise<void> {
  for (const name of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, name);
    } catch {
      return;
    }
    if (await waitUntil(() => !isAlive(pid), 5000)) return;
  }
}

function startFailed(files: RedisFiles, what: string): DomainError {
  return new DomainError('platform.start_failed', `${what}. Its log, ${files.log}, ends with: ${lastLine(files.log)}`);
}

function lastLine(file: string): string {
  const text = existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : '';
  return text.slice(text.lastIndexOf('\n') + 1).slice(0, 300) || '(nothing)';
}
