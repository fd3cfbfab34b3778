import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { createApiClient, ServerUnreachable } from '@aicode/api-client';

import { exitCodes } from '../exit-codes.js';
import { CliFailure } from '../failure.js';
import type { HomeFiles } from '../home.js';
import { readPlatformState, type PlatformState } from './platform-state.js';

export interface StartOptions {
  program: string;
  arguments: string[];
  environment: NodeJS.ProcessEnv;
  files: HomeFiles;
  /** Milliseconds until it must be ready. */
  timeoutMs: number;
}

const pollMs = 100;
const shownLogLines = 20;

/** Exit code of the platform when another one runs on this home already (EX_TEMPFAIL). */
const runsAlready = 75;

/** Starts the platform as a process of its own and waits until it is ready. CliFailure with the end of its log if it is not. */
export async function startDetached(options: StartOptions): Promise<PlatformState> {
  const { files } = options;
  mkdirSync(dirname(files.platformLog), { recursive: true, mode: 0o700 });
  const log = openSync(files.platformLog, 'a', 0o600);
  // What stands before is of earlier starts.
  const { size: logStart } = fstatSync(log);
  const child = spawn(process.execPath, [options.program, ...options.arguments], {
    detached: true,
    stdio: ['ignore', log, log],
    env: options.environment,
    // It must not hold the folder that somebody happened to be in.
    cwd: files.home,
  });
  closeSync(log);
  child.unref();
  const state = await untilReady(child, options);
  if (state) return state;
  const lines = await lastLines(files.platformLog, shownLogLines, logStart);
  const how =
    child.exitCode === null
      ? `was not ready after ${options.timeoutMs / 1000} s`
      : `ended (exit code ${child.exitCode})`;
  const where = `The whole log: ${files.platformLog}. What is missing: aicli doctor`;
  throw new CliFailure(
    child.exitCode === 2 ? exitCodes.usage : exitCodes.taskFailed,
    [`The platform ${how}.`, ...(lines ? [lines] : [])].join('\n'),
    where,
  );
}

async function untilReady(child: ChildProcess, { files, timeoutMs }: StartOptions): Promise<PlatformState | null> {
  const deadline = performance.now() + timeoutMs;
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  while (performance.now() < deadline) {
    const state = readPlatformState(files.platformState);
    if (state && (await answers(state))) return state;
    // Another `up` was faster: its platform is the one to wait for.
    if (ended && child.exitCode !== runsAlready) return null;
    await pause(pollMs);
  }
  return null;
}

async function answers({ url }: PlatformState): Promise<boolean> {
  if (url === null) return true;
  try {
    const { status } = await createApiClient({ baseUrl: url }).health.ready({}, { timeoutMs: 3000 });
    return status !== 'not_ready';
  } catch (error) {
    if (error instanceof ServerUnreachable) return false;
    throw error;
  }
}

/** The last lines of what stands in a file behind its first `start` bytes, from its last 16 kB. */
async function lastLines(path: string, count: number, start: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(Math.max(0, size - start), 16_384);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count).join('\n');
  } finally {
    await file.close();
  }
}
