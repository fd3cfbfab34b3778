import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { dockerAt } from './containers.js';
import { descendantsOf, processesOn, stillAlive, type LeftProcess } from './left-behind.js';
import { tempDir, type TempDir } from './temp-dir.js';
import { importTinyImage } from './tiny-image.js';
import { until } from './until.js';

const startTimeoutMs = 30_000;
const stopTimeoutMs = 20_000;

/** The engine that all tests share, with the workspace image in it. No test may stop it. */
export function testEngine(): { host: string } {
  const host = process.env['AICODE_TEST_DOCKER_HOST'];
  if (host) return { host };
  throw new Error(
    'This test needs a Docker engine. Run: export AICODE_TEST_DOCKER_HOST=$(./tools/test-engine start)   (./tools/test does it itself)',
  );
}

export interface OwnEngineOptions {
  /** Further arguments of dockerd, such as `['--live-restore']`. */
  args?: string[];
}

export interface OwnEngine {
  /** As in DOCKER_HOST: `unix:///tmp/…/docker.sock`, the same after a restart. */
  host: string;
  /** Ends the engine alone, by default as a crash does (SIGKILL): what runs in containers goes on. start() brings it back. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Does nothing if it runs. */
  start(): Promise<void>;
  /** An orderly end (containers are stopped, unless it has `--live-restore`), then start(). */
  restart(): Promise<void>;
  /** Ends it with all that it ever started, and deletes its files; does nothing the second time. */
  stop(): Promise<void>;
  /** Copies an image from the shared engine: about 30 s for the workspace image. */
  load(image?: string): Promise<void>;
  /** Makes an image with a shell and the small Unix programs (busybox) in a moment; its name. */
  tiny(): Promise<string>;
}

/**
 * An engine of a test's own, to be killed and restarted. It has a network of its own (bridge, packet filter), because a second engine
 * in the machine's network breaks the first one's; so its containers reach each other and nothing else. Its mounts are its own too,
 * while mounts that the machine makes later are seen in it. Root only.
 */
export async function startOwnEngine(options: OwnEngineOptions = {}): Promise<OwnEngine> {
  const dir = await tempDir('engine');
  let surroundings: ChildProcess | undefined;
  try {
    surroundings = await startSurroundings();
    const engine = await startDaemon(dir.path, surroundings, options);
    return running(dir, surroundings, engine, options);
  } catch (error) {
    if (surroundings) await cleanUp(dir, surroundings);
    else await dir.remove();
    throw error;
  }
}

function running(dir: TempDir, surroundings: ChildProcess, first: ChildProcess, options: OwnEngineOptions): OwnEngine {
  const host = `unix://${socketIn(dir.path)}`;
  let daemon: ChildProcess | undefined = first;
  let stopped = false;
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    const ending = daemon;
    daemon = undefined;
    if (!ending) return;
    await end(ending, signal);
    await containerdGone(dir.path);
  };
  const start = async (): Promise<void> => {
    if (stopped) throw new Error('This engine was stopped; its files are gone.');
    daemon ??= await startDaemon(dir.path, surroundings, options);
  };
  return {
    host,
    kill,
    start,
    restart: async () => {
      await kill('SIGTERM');
      await start();
    },
    stop: async () => {
      if (stopped) return;
      // Only an engine knows how to end what a killed one has left; it would wait 10 s for programs that do not listen.
      if (!daemon) programsOf(dir.path).forEach(({ pid }) => killIfThere(pid));
      await start();
      stopped = true;
      await removeContainers(host);
      await kill('SIGTERM');
      await cleanUp(dir, surroundings);
    },
    load: async (image = 'aicli/workspace:latest') => {
      const saved = await dockerAt(testEngine().host).getImage(image).get();
      await said(await dockerAt(host).loadImage(saved));
    },
    tiny: () => importTinyImage(dockerAt(host)),
  };
}

/** The namespaces of network and mounts: they live as long as this process, which ends with us. */
async function startSurroundings(): Promise<ChildProcess> {
  const ready = 'ip link set lo up && echo ready && exec cat';
  const holder = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '--', 'unshare', '--net', '--mount', '--propagation', 'slave', '--', 'sh', '-c', ready],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  await heard(holder, holder.stdout, 'ready', 'Namespaces for an engine could not be made (root only)');
  return holder;
}

async function startDaemon(dir: string, surroundings: ChildProcess, options: OwnEngineOptions): Promise<ChildProcess> {
  const place = ['--data-root', `${dir}/data`, '--exec-root', `${dir}/exec`, '--pidfile', `${dir}/docker.pid`];
  const listen = ['--host', `unix://${socketIn(dir)}`, '--shutdown-timeout', '3'];
  const enter = ['nsenter', '--target', String(surroundings.pid), '--net', '--mount', '--'];
  // setpriv lets the kernel end the engine when we are killed.
  const daemon = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '--', ...enter, 'dockerd', ...place, ...listen, ...(options.args ?? [])],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await heard(daemon, daemon.stderr, 'API listen on', 'The Docker engine did not start');
  return daemon;
}

/** The kernel ends it right after its engine; one that starts meanwhile takes it for alive and waits for it in vain. */
async function containerdGone(dir: string): Promise<void> {
  const pid = await readFile(`${dir}/exec/containerd/containerd.pid`, 'utf8').catch(() => '');
  if (pid !== '') await until(() => !existsSync(`/proc/${pid.trim()}`));
}

function socketIn(dir: string): string {
  return `${dir}/docker.sock`;
}

/** Until the process says something; where it fails to, an error with its last lines. */
async function heard(child: ChildProcess, output: Readable, text: string, failure: string): Promise<void> {
  const last: string[] = [];
  const told = new Promise<void>((resolve, reject) => {
    const failed = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`${failure}: ${why}\n${last.join('\n')}`));
    };
    const timer = setTimeout(() => failed('not ready in time'), startTimeoutMs);
    child.once('error', (error) => failed(error.message));
    child.once('close', (code) => failed(`it ended with ${code}`));
    if (child.stderr && child.stderr !== output)
      createInterface({ input: child.stderr }).on('line', (line) => last.push(line));
    createInterface({ input: output }).on('line', (line) => {
      last.push(line);
      if (last.length > 20) last.shift();
      if (!line.includes(text)) return;
      clearTimeout(timer);
      resolve();
    });
  });
  await told.catch(async (error: unknown) => {
    await end(child, 'SIGKILL');
    throw error;
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

async function removeContainers(host: string): Promise<void> {
  const docker = dockerAt(host);
  const all = await docker.listContainers({ all: true });
  await Promise.all(all.map(({ Id }) => docker.getContainer(Id).remove({ force: true })));
}

/** What runs in containers: it descends from the shims, which name the folder. */
function programsOf(dir: string): LeftProcess[] {
  return processesOn(dir)
    .filter(({ command }) => command.includes('containerd-shim'))
    .flatMap(({ pid }) => descendantsOf(pid));
}

/** Kills what even an orderly end may leave, and deletes the rest. */
async function cleanUp(dir: TempDir, surroundings: ChildProcess): Promise<void> {
  const left = await stillAlive(() => {
    const seen = [...processesOn(dir.path), ...programsOf(dir.path)];
    for (const { pid } of seen) killIfThere(pid);
    return seen;
  }, stopTimeoutMs);
  if (left.length > 0) throw new Error(`An engine left processes: ${left.map(({ command }) => command).join('; ')}`);
  await end(surroundings, 'SIGKILL');
  await dir.remove();
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** Reads an answer of the engine to its end; it tells of an error inside. */
async function said(answer: NodeJS.ReadableStream): Promise<void> {
  let text = '';
  for await (const piece of answer) text += String(piece);
  if (text.includes('"errorDetail"')) throw new Error(`The engine did not take the image: ${text.slice(-500)}`);
}
