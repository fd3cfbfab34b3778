import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { DomainError } from '@aicode/contracts';
import { inside, type ExecProcess, type ExecSpec } from './exec.js';

/** Longest path of a unix socket on Linux, without its closing NUL. */
const maxSocketPath = 107;

/** What one sandbox may hold at a socket at once: enough for a CLI and its agents, too little to starve the platform of descriptors. */
const maxConnections = 64;

/** Sockets for what runs in sandboxes of this machine: a directory of its own for each process. */
export class InsideSockets {
  private count = 0;

  /** @throws DomainError config.invalid where the path would be too long for a socket */
  constructor(private readonly root: string) {
    const longest = join(root, '999999', '9.sock');
    if (Buffer.byteLength(longest) <= maxSocketPath) return;
    throw new DomainError(
      'config.invalid',
      `The path of a socket, ${longest}, is longer than a socket's path may be. Choose a shorter AICLI_HOME.`,
    );
  }

  /** Opens a program with its sockets there; they go with it. */
  async open(
    { sockets = {}, ...spec }: ExecSpec,
    start: (spec: ExecSpec) => Promise<ExecProcess>,
  ): Promise<ExecProcess> {
    const wanted = Object.entries(sockets);
    if (wanted.length === 0) return start(spec);
    this.count += 1;
    const directory = join(this.root, String(this.count));
    const listening: Listening[] = [];
    const close = async (): Promise<void> => {
      await Promise.all(listening.map((each) => each.close()));
      await rm(directory, { recursive: true, force: true });
    };
    try {
      await mkdir(directory, { recursive: true, mode: 0o711 });
      await chmod(directory, 0o711);
      const env = { ...spec.env };
      for (const [index, [name, handle]] of wanted.entries()) {
        const file = `${index}.sock`;
        listening.push(await listen(join(directory, file), handle));
        env[name] = `${inside.sockets}/${file}`;
      }
      const mount = { source: directory, target: inside.sockets };
      return endingWith(await start({ ...spec, env, readOnly: [...(spec.readOnly ?? []), mount] }), close);
    } catch (error) {
      await close();
      throw error;
    }
  }
}

/** The same process, which is over only when `close` is done too. */
function endingWith(process: ExecProcess, close: () => Promise<void>): ExecProcess {
  const exited = process.exited.then(async (exit) => {
    // A directory that cannot be removed is no reason to keep those waiting who wait for the end.
    await close().catch(() => undefined);
    return exit;
  });
  return {
    ...process,
    exited,
    kill: async () => {
      await process.kill();
      await exited;
    },
    terminate: async (graceMs) => {
      await process.terminate(graceMs);
      await exited;
    },
  };
}

interface Listening {
  close(): Promise<void>;
}

async function listen(path: string, handle: (connection: Socket) => void): Promise<Listening> {
  const connections = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (connection) => {
    connections.add(connection);
    connection.on('error', () => undefined).once('close', () => connections.delete(connection));
    handle(connection);
  });
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  // No descriptor left for one more connection: the platform's trouble, not a reason to end.
  server.on('error', () => undefined);
  // The sandbox runs as the owner of its project; who may speak there is up to whoever answers.
  await chmod(path, 0o666);
  return {
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      connections.forEach((connection) => connection.destroy());
      await closed;
    },
  };
}
