import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { Writable, type Duplex } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

import { call, openStream } from './call.js';
import { receiveConnections } from './receive-connections.js';
import { ExecExit, type RemoteProcess } from './exec.js';
import { cancelled, limits, processHeaders } from './protocol.js';
import { receivedOutput, type ReceivedOutput } from './received-output.js';

const lost: ExecExit = { code: null, signal: null, reason: 'engine_lost' };

/** Starts the program of the session and gives it a handle. */
export async function startRemote(
  session: ClientHttp2Session,
  sockets: Record<string, (connection: Duplex) => void>,
): Promise<RemoteProcess> {
  if (Object.keys(sockets).length > 0) receiveConnections(session, sockets);
  const { stream, headers } = await openStream(session, 'POST', '/process');
  const stdout = receivedOutput(stream);
  const outputs = [stdout];
  if (headers[processHeaders.stderr] === 'separate') {
    outputs.push(receivedOutput((await openStream(session, 'GET', '/stderr', true)).stream));
  }
  const stdin = sentInput(stream);
  const exited = untilExit(session, outputs).finally(() => stdin.destroy());
  const drop = (): void => session.destroy(undefined, cancelled);
  void exited.then(async () => {
    await Promise.all(outputs.map(({ complete }) => complete));
    drop();
  });
  return {
    stdin,
    stdout: stdout.readable,
    stderr: outputs[1]?.readable ?? null,
    pid: Number(headers[processHeaders.pid]),
    exited,
    kill: () => end(session, '/kill', 0, exited),
    terminate: (graceMs) => end(session, `/terminate?grace=${Math.ceil(graceMs)}`, graceMs, exited),
    resize: async (columns, rows) => {
      await call(session, 'POST', `/resize?columns=${columns}&rows=${rows}`, limits.controlMs);
    },
  };
}

/** Asks for the end. Where no answer comes the session goes, and the server kills what it ran. */
async function end(
  session: ClientHttp2Session,
  path: string,
  graceMs: number,
  exited: Promise<ExecExit>,
): Promise<void> {
  if (session.destroyed) return void (await exited);
  try {
    await call(session, 'POST', path, graceMs + limits.controlMs);
  } catch (error) {
    // The program has ended meanwhile, or the connection is lost: there is nothing left to ask.
    if (!session.destroyed) throw error;
  }
  if (session.destroyed) await exited;
}

async function untilExit(session: ClientHttp2Session, outputs: ReceivedOutput[]): Promise<ExecExit> {
  try {
    const exit = ExecExit.parse(await call(session, 'GET', '/exit'));
    if (!(await arrived(outputs))) return lost;
    // Readers that flow see the end of the streams before that of the program.
    await nextTurn();
    return exit;
  } catch {
    session.destroy(undefined, cancelled);
    return lost;
  }
}

/** Waits for all output. False if it broke off; true also when somebody does not read what there is. */
async function arrived(outputs: ReceivedOutput[]): Promise<boolean> {
  const all = Promise.all(outputs.map(({ complete }) => complete)).then((each) => each.every(Boolean));
  const stop = new AbortController();
  const stalled = async (): Promise<boolean> => {
    while (!outputs.some((output) => output.stalledFor() >= limits.stalledOutputMs)) {
      await delay(limits.stalledOutputMs / 8, undefined, { signal: stop.signal });
    }
    return true;
  };
  try {
    return await Promise.race([all, stalled()]);
  } finally {
    stop.abort();
  }
}

/** Its end is half of the request's stream: output goes on. */
function sentInput(stream: ClientHttp2Stream): Writable {
  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, done) => void stream.write(chunk, done),
    final: (done) => void stream.end(done),
    destroy: (error, done) => {
      if (!stream.writableEnded) stream.end();
      done(error);
    },
  });
  // A program that does not read to the end is no fault of the platform's.
  stdin.on('error', () => undefined);
  stream.once('close', () => stdin.destroy());
  return stdin;
}
