import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ServiceName } from '@aicode/contracts';
import {
  startScriptedModel,
  type Scenario,
  type ScriptedModel,
  type ScriptedModelOptions,
} from '@aicode/scripted-model';

import { removeContainersOf } from './containers.js';
import { descendantsOf, processesOn, stillAlive, type LeftProcess } from './left-behind.js';
import { keepOutput, startPlatform, type PlatformProcess } from './platform-process.js';
import { tempDir, type TempDir } from './temp-dir.js';

export interface StackOptions {
  /** Only these services; all six if not set. */
  services?: ServiceName[];
  /** Further environment, such as `AICLI_RUNNER_MAX_SESSIONS: '2'`; it wins over the stack's own. */
  env?: Record<string, string>;
  /** Starts the platform with --demo-model instead of the test's scripted model. */
  demoModel?: boolean;
  scenarios?: Scenario[];
  model?: Omit<ScriptedModelOptions, 'scenarios'>;
  /** AICLI_HOME, kept after stop(); a temporary one if not set. */
  home?: string;
  /** Tasks run in containers of this engine (as in DOCKER_HOST); in sandboxed processes if not set. */
  dockerHost?: string;
  /** A Redis of the test; the platform starts its private one if not set. */
  redisUrl?: string;
}

export interface Stack {
  /** Of the gateway; the same after a restart. */
  readonly url: string;
  home: string;
  /** In the test's own process, so it survives restarts and gives gates and requests. */
  model: ScriptedModel;
  /** The first administrator; throws if auth does not run. */
  readonly admin: { username: string; password: string };
  /** Of the platform that runs now. */
  readonly process: PlatformProcess;
  readonly redisUrl: string;
  /** Stops the platform by SIGTERM if it lives, and starts it on the same home and port. */
  restart(): Promise<void>;
  /** Stops all. Rejects if the platform did not end cleanly, or if a process that it started is left (it is killed then). */
  stop(): Promise<void>;
  /** What the platform printed, its end if it is long. */
  log(): string;
}

const stopLimit = 40_000;
const leftLimit = 5000;

/** One real platform, `standalone serve` in its own process, with a scripted model behind it. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const temporary = options.home === undefined ? await tempDir('st') : null;
  const home = options.home ?? temporary?.path ?? '';
  const model = await startScriptedModel({ ...options.model, scenarios: options.scenarios ?? [] });
  const output = keepOutput();
  const start = (port: string): Promise<PlatformProcess> =>
    startPlatform({
      home,
      args: options.demoModel ? ['--demo-model'] : [],
      env: environment(options, home, model.url, port),
      onOutput: output.add,
    });
  let platform: PlatformProcess;
  try {
    platform = await start('0');
  } catch (error) {
    await cleanUp(home, model, temporary);
    throw new Error(`${String(error)}\n--- platform's output ---\n${output.text()}`, { cause: error });
  }
  const port = platform.url === '' ? '0' : new URL(platform.url).port;
  return {
    home,
    model,
    log: output.text,
    get url() {
      return platform.url;
    },
    get process() {
      return platform;
    },
    get admin() {
      return readAdmin(home);
    },
    get redisUrl() {
      return options.redisUrl ?? privateRedisUrl(home);
    },
    async restart() {
      if (!platform.hasExited()) await endPlatform(platform, output.text);
      platform = await start(port).catch((error: unknown) => {
        throw new Error(`${String(error)}\n--- platform's output ---\n${output.text()}`, { cause: error });
      });
    },
    async stop() {
      const problems: string[] = [];
      // A platform that was killed leaves its Redis on purpose: it is not counted as left behind.
      const crashed = platform.hasExited();
      if (!crashed) await endPlatform(platform, output.text).catch((error: unknown) => problems.push(String(error)));
      if (options.dockerHost) {
        const running = await removeContainersOf(options.dockerHost, home);
        if (running.length > 0 && !crashed) problems.push(`These containers were left running: ${running.join(', ')}`);
      }
      const left = await cleanUp(home, model, temporary, crashed);
      if (left.length > 0) problems.push(`These processes were left behind:\n${left.map(describe).join('\n')}`);
      if (problems.length > 0) throw new Error(`${problems.join('\n')}\n--- platform's output ---\n${output.text()}`);
    },
  };
}

function environment(options: StackOptions, home: string, modelUrl: string, port: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    AICLI_SERVER_PORT: port,
    AICLI_AUTH_FIRST_ADMIN: 'local',
    ...(options.demoModel
      ? {}
      : { AICLI_MODEL_BASE_URL: modelUrl, ANTHROPIC_API_KEY: 'sk-test-secret-0123456789abcdef' }),
    ...(options.dockerHost
      ? { AICLI_EXECUTOR_KIND: 'docker', DOCKER_HOST: options.dockerHost }
      : { AICLI_EXECUTOR_KIND: 'process', AICLI_DOCKER_DISK_MECHANISM: 'measured' }),
    ...(options.redisUrl ? { AICLI_REDIS_URL: options.redisUrl } : {}),
    ...(options.services ? { AICLI_SERVICES: options.services.join(',') } : {}),
    ...options.env,
  };
}

async function endPlatform(platform: PlatformProcess, log: () => string): Promise<void> {
  const children = descendantsOf(platform.pid);
  const hung = setTimeout(() => void platform.kill('SIGKILL'), stopLimit);
  await platform.kill('SIGTERM');
  clearTimeout(hung);
  const { code, signal } = await platform.exited;
  const left = await stillAlive(() => children.filter(isAlive), leftLimit);
  if (left.length > 0) throw new Error(`The platform left children behind:\n${left.map(describe).join('\n')}`);
  if (code !== 0) throw new Error(`The platform ended with ${code ?? signal} on SIGTERM, not 0.\n${log()}`);
}

async function cleanUp(
  home: string,
  model: ScriptedModel,
  temporary: TempDir | null,
  redisMayLive = true,
): Promise<LeftProcess[]> {
  await model.close();
  if (redisMayLive) {
    for (const redis of processesOn(join(home, 'data', 'redis'))) end(redis, 'SIGTERM');
  }
  const left = await stillAlive(() => processesOn(home), leftLimit);
  for (const process of left) end(process, 'SIGKILL');
  await temporary?.remove();
  return left;
}

function end({ pid }: LeftProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

function isAlive({ pid, command }: LeftProcess): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() === command;
  } catch {
    return false;
  }
}

function describe({ pid, command }: LeftProcess): string {
  return `  ${pid} ${command.slice(0, 200)}`;
}

function readAdmin(home: string): Stack['admin'] {
  const file = join(home, 'admin.json');
  if (!existsSync(file)) throw new Error('There is no admin.json: auth does not run in this stack.');
  return JSON.parse(readFileSync(file, 'utf8')) as Stack['admin'];
}

function privateRedisUrl(home: string): string {
  const password = readFileSync(join(home, 'secrets', 'redis.password'), 'utf8').trim();
  const run = JSON.parse(readFileSync(join(home, 'data', 'redis', 'last-run.json'), 'utf8')) as {
    address: { socket?: string; port?: number };
  };
  const { socket, port } = run.address;
  return socket === undefined ? `redis://:${password}@127.0.0.1:${port}` : `unix://:${password}@${socket}`;
}
