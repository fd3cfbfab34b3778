import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

import { tempDir, type TempDir } from './temp-dir.js';

const startTimeoutMs = 15_000;
const stopTimeoutMs = 10_000;
const portAttempts = 5;

export interface RedisServerOptions {
  /** Further arguments, such as `['--requirepass', 'secret']`. */
  args?: string[];
  /** Keep an append-only file, so that data survives kill() and start(). */
  durable?: boolean;
}

export interface RunningRedis {
  /** `redis://127.0.0.1:<port>`, the same after a restart. */
  url: string;
  /** The same server by its Unix socket: `unix:///tmp/…/redis.sock`. */
  socketUrl: string;
  port: number;
  pid(): number;
  /** kill -9; start() brings it back on the same port. */
  kill(): Promise<void>;
  /** SIGSTOP: it accepts connections and answers nothing. */
  pause(): void;
  resume(): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis of its own on a free port of the loopback and a Unix socket, in a temporary directory. It dies with this process. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RunningRedis> {
  const dir = await tempDir('redis');
  try {
    const { port, server } = await startOnFreePort(dir, options);
    return running(dir, port, server, options);
  } catch (error) {
    await dir.remove();
    throw error;
  }
}

function running(dir: TempDir, port: number, first: ChildProcess, options: RedisServerOptions): RunningRedis {
  let server: ChildProcess | undefined = first;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = server;
    server = undefined;
    if (ending) await endServer(ending, signal);
  };
  const pid = (): number => {
    if (server?.pid === undefined) throw new Error('This Redis does not run now.');
    return server.pid;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    socketUrl: `unix://${dir.path}/redis.sock`,
    port,
    pid,
    kill: () => end('SIGKILL'),
    pause: () => void process.kill(pid(), 'SIGSTOP'),
    resume: () => void process.kill(pid(), 'SIGCONT'),
    start: async () => {
      server ??= await startServer(dir.path, port, options);
    },
    stop: async () => {
      await end('SIGTERM');
      await dir.remove();
    },
  };
}

/** Another process may take the port between our look and Redis' bind: then another one is tried. */
async function startOnFreePort(dir: TempDir, options: RedisServerOptions) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { port, server: await startServer(dir.path, port, options) };
    } catch (error) {
      if (attempt === portAttempts || !String(error).includes('Address already in use')) throw error;
    }
  }
}

async function startServer(dir: string, port: number, options: RedisServerOptions): Promise<ChildProcess> {
  const place = ['--dir', dir, '--bind', '127.0.0.1', '--port', String(port), '--unixsocket', `${dir}/redis.sock`];
  const disk = ['--save', '', '--appendonly', options.durable ? 'yes' : 'no', '--maxmemory-policy', 'noeviction'];
  // setpriv lets the kernel end the server when we are killed.
  const server = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '--', 'redis-server', ...place, ...disk, ...(options.args ?? [])],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const said: string[] = [];
  const lines = createInterface({ input: server.stdout });
  const ready = new Promise<void>((resolve, reject) => {
    const failed = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`Redis did not start: ${why}\n${said.join('\n')}`));
    };
    const timer = setTimeout(() => failed('not ready in time'), startTimeoutMs);
    server.once('error', (error) => failed(error.message));
    server.once('exit', (code) => failed(`it ended with ${code}`));
    lines.on('line', (line) => {
      if (said.length < 100) said.push(line);
      if (!line.includes('The server is now ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
  await ready.catch(async (error: unknown) => {
    await endServer(server, 'SIGKILL');
    throw error;
  });
  return server;
}

async function endServer(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
  const ended = once(server, 'exit');
  server.kill('SIGCONT');
  server.kill(signal);
  const timer = setTimeout(() => server.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no free port.');
  return address.port;
}
