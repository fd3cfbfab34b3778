import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { tempDir } from './temp-dir.js';

const run = promisify(execFile);
const debianHome = '/usr/lib/postgresql';
const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

export interface RunningPostgres {
  /** `postgres://…` of a superuser, database `postgres`. */
  url: string;
  /** Makes an empty database; its URL. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Who the server runs as. It refuses root, so root becomes the package's user. */
interface ServerUser {
  uid?: number;
  gid?: number;
}

/** A PostgreSQL of its own on a free port of the loopback, in a temporary directory. It dies with this process. */
export async function startPostgres(): Promise<RunningPostgres> {
  const bin = await findPrograms();
  const user = await serverUser();
  const dir = await tempDir('pg');
  let server: ChildProcess | undefined;
  try {
    const password = randomBytes(16).toString('hex');
    const data = await initialise(bin, dir.path, password, user);
    const port = await freePort();
    server = await startServer(bin, data, dir.path, port, user);
    const base = `postgres://postgres:${password}@127.0.0.1:${port}`;
    let databases = 0;
    return {
      url: `${base}/postgres`,
      newDatabase: async () => {
        databases += 1;
        const name = `test_${databases}`;
        await run(`${bin}/createdb`, ['--host', '127.0.0.1', '--port', String(port), '--username', 'postgres', name], {
          env: { PGPASSWORD: password, PATH: process.env['PATH'] },
        });
        return `${base}/${name}`;
      },
      stop: async () => {
        if (server) await stopServer(server);
        await dir.remove();
      },
    };
  } catch (error) {
    if (server) await stopServer(server);
    await dir.remove();
    throw error;
  }
}

async function findPrograms(): Promise<string> {
  const versions = (await readdir(debianHome).catch(() => [])).map(Number).filter((version) => version > 0);
  if (versions.length === 0) {
    throw new Error(
      'PostgreSQL is needed for these tests and is not installed. Install it with: apt-get install -y postgresql',
    );
  }
  return `${debianHome}/${Math.max(...versions)}/bin`;
}

async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {};
  const { stdout } = await run('getent', ['passwd', 'postgres']);
  const [, , uid, gid] = stdout.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

async function initialise(bin: string, dir: string, password: string, user: ServerUser): Promise<string> {
  const data = `${dir}/data`;
  const passwordFile = `${dir}/password`;
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    for (const path of [dir, data, passwordFile]) await chown(path, user.uid, user.gid);
  }
  const auth = ['--auth=scram-sha-256', '--username=postgres', `--pwfile=${passwordFile}`];
  await run(`${bin}/initdb`, ['--pgdata', data, '--no-sync', '--encoding=UTF8', '--locale=C.UTF-8', ...auth], {
    ...user,
    cwd: dir,
  });
  return data;
}

async function startServer(
  bin: string,
  data: string,
  dir: string,
  port: number,
  user: ServerUser,
): Promise<ChildProcess> {
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', `unix_socket_directories=${dir}`];
  const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  // setpriv lets the kernel end the server when we are killed.
  const server = spawn('setpriv', ['--pdeathsig', 'INT', '--', `${bin}/postgres`, ...args], {
    ...user,
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  const lines = createInterface({ input: server.stderr });
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => failed('not ready in time'), startTimeoutMs);
    const failed = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`PostgreSQL did not start: ${why}\n${said.join('\n')}`));
    };
    server.once('error', (error) => failed(error.message));
    server.once('exit', (code) => failed(`it ended with ${code}`));
    lines.on('line', (line) => {
      if (said.length < 100) said.push(line);
      if (!line.includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
  await ready.catch(async (error: unknown) => {
    await stopServer(server);
    throw error;
  });
  return server;
}

/** A fast shutdown; what does not end in time is killed. */
async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGINT');
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
