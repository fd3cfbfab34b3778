import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { dial, reasonOf, type Target } from './dial.js';
import type { RemoteProcess } from './exec.js';
import { keepAlive } from './keep-alive.js';
import { cancelled, clientConnectionWindow, clientSettings, limits, sessionMemory } from './protocol.js';
import { unavailable } from './problem.js';
import { startRemote } from './remote-process.js';

export interface ConnectOptions extends Target {
  /** Before the start: gives up. After it: kills the program. */
  signal?: AbortSignal;
  /** For the connection and the start of the program together. */
  timeoutMs: number;
  /** A peer that is silent for so long is lost. */
  lostAfterMs?: number;
  /** Who gets the connections that the program makes to the unix socket of a name. Their errors need no listener. */
  sockets?: Record<string, (connection: Duplex) => void>;
}

/**
 * Starts a program behind an exec stream.
 * @throws DomainError of the server, executor.unavailable, or the signal's reason
 */
export async function connectExecStream(options: ConnectOptions): Promise<RemoteProcess> {
  const { signal } = options;
  const giveUp = new AbortController();
  const abort = (): void => giveUp.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const tooLong = setTimeout(
    () => giveUp.abort(unavailable(`The executor did not start the program within ${options.timeoutMs / 1000} s.`)),
    options.timeoutMs,
  );
  try {
    const remote = await start(options, giveUp.signal);
    killOnAbort(remote, signal);
    return remote;
  } finally {
    clearTimeout(tooLong);
    signal?.removeEventListener('abort', abort);
  }
}

async function start(options: ConnectOptions, signal: AbortSignal): Promise<RemoteProcess> {
  const dialled = await dial(options, signal);
  if ('error' in dialled) throw dialled.error;
  const session = await speakHttp2(dialled.socket, options.lostAfterMs ?? limits.lostAfterMs);
  const drop = (): void => session.destroy(undefined, cancelled);
  signal.addEventListener('abort', drop);
  try {
    signal.throwIfAborted();
    return await startRemote(session, options.sockets ?? {});
  } catch (error) {
    drop();
    throw signal.aborted ? reasonOf(signal) : error;
  } finally {
    signal.removeEventListener('abort', drop);
  }
}

async function speakHttp2(socket: Socket, lostAfterMs: number): Promise<ClientHttp2Session> {
  const session = connectHttp2('http://exec', {
    createConnection: () => socket,
    settings: clientSettings,
    maxSessionMemory: sessionMemory,
  });
  try {
    await once(session, 'connect');
  } catch (cause) {
    throw unavailable('The connection to the executor broke off.', cause);
  }
  // 'close' follows.
  session.on('error', () => undefined);
  session.setLocalWindowSize(clientConnectionWindow);
  keepAlive(session, socket, lostAfterMs, () => session.destroy(undefined, cancelled));
  return session;
}

function killOnAbort(remote: RemoteProcess, signal: AbortSignal | undefined): void {
  if (!signal) return;
  const kill = (): void => void remote.kill().catch(() => undefined);
  if (signal.aborted) return kill();
  signal.addEventListener('abort', kill, { once: true });
  void remote.exited.then(() => signal.removeEventListener('abort', kill));
}
