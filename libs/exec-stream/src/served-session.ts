import {
  performServerHandshake,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';

import { DomainError, toWireError } from '@aicode/contracts';

import { CarriedConnections } from './carried-connections.js';
import type { ServedProcess } from './exec.js';
import { keepAlive } from './keep-alive.js';
import { cancelled, limits, processHeaders, serverSettings, sessionMemory } from './protocol.js';
import type { Ticket } from './tickets.js';

export interface SessionOptions {
  handshakeMs: number;
  lostAfterMs: number;
  lingerMs: number;
  /** What could not be reported to the other end. `doing` continues "while …". */
  onError: (error: unknown, doing: string) => void;
}

/** One exec: a socket after its upgrade. The end of either is the end of both. */
export class ServedSession {
  /** Resolves when the socket is closed and the program, if it was started, is gone. */
  readonly ended: Promise<void>;
  private readonly session: ServerHttp2Session;
  private readonly carried = new CarriedConnections();
  private starting: Promise<ServedProcess> | undefined;
  private exited = false;

  constructor(
    socket: Socket,
    private readonly ticket: Ticket,
    private readonly options: SessionOptions,
  ) {
    this.session = performServerHandshake(socket, { settings: serverSettings, maxSessionMemory: sessionMemory });
    // An HTTP server's sockets stay half open: a session does not notice by itself that its other end is gone.
    socket.once('end', () => this.drop());
    // 'close' follows, and it is all the same why.
    this.session.on('error', () => undefined);
    this.session.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      this.answer(stream, headers).catch((error: unknown) => this.refuse(stream, error));
    });
    keepAlive(this.session, socket, options.lostAfterMs, () => this.drop());
    const tooSlow = setTimeout(() => {
      if (!this.starting) this.drop();
    }, options.handshakeMs);
    // Not `once` of node:events, which an 'error' would reject: the program has to go whatever ended the session.
    const closed = new Promise<void>((resolve) => this.session.once('close', resolve));
    this.ended = closed.then(() => {
      clearTimeout(tooSlow);
      return this.clear();
    });
  }

  /** The other end sees a lost engine; the program is killed. */
  drop(): void {
    this.session.destroy(undefined, cancelled);
  }

  private async answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const { pathname, searchParams } = new URL(`http://exec${headers[':path'] ?? ''}`);
    const connection = /^\/connections\/(\d{1,9})$/.exec(pathname)?.[1];
    if (connection !== undefined) return this.carried.take(Number(connection), stream);
    switch (`${headers[':method']} ${pathname}`) {
      case 'POST /process':
        return this.run(stream);
      case 'GET /connections':
        stream.respond({ ':status': 200 });
        return this.carried.announce(stream);
      case 'GET /stderr':
        return output(stream, (await this.process()).stderr);
      case 'GET /exit':
        return json(stream, 200, await (await this.process()).exited);
      case 'POST /kill':
        await this.unlessEnded((process) => process.kill());
        return json(stream, 200, {});
      case 'POST /terminate': {
        const grace = whole(searchParams, 'grace', 0, limits.graceMs);
        await this.unlessEnded((process) => process.terminate(grace));
        return json(stream, 200, {});
      }
      case 'POST /resize':
        await this.resize(
          whole(searchParams, 'columns', 1, limits.terminalSide),
          whole(searchParams, 'rows', 1, limits.terminalSide),
        );
        return json(stream, 200, {});
      default:
        throw new DomainError(
          'request.not_found',
          'An exec stream has nothing there. Use the same version at both ends.',
        );
    }
  }

  private async run(stream: ServerHttp2Stream): Promise<void> {
    if (this.starting) throw new DomainError('request.invalid', 'The program was started already. Ask for a new exec.');
    this.starting = this.ticket.exec.start((socket, connection) => this.carried.add(socket, connection));
    const process = await this.starting;
    void process.exited.then(() => {
      this.exited = true;
      this.linger();
    });
    process.stdin.on('error', () => stream.resume());
    if (stream.destroyed) return this.drop();
    stream.respond({
      ':status': 200,
      [processHeaders.pid]: String(process.pid),
      [processHeaders.stderr]: process.stderr ? 'separate' : 'none',
    });
    // A request cannot be given up alone: that of the program's streams is the exec.
    stream.once('aborted', () => this.drop());
    stream.pipe(process.stdin);
    process.stdin.once('close', () => stream.resume());
    output(stream, process.stdout);
  }

  private async process(): Promise<ServedProcess> {
    if (!this.starting) throw new DomainError('request.invalid', 'No program was started yet. Start it first.');
    return this.starting;
  }

  /** After its end a kill is not harmless: what it ran in may belong to somebody else by now. */
  private async unlessEnded(act: (process: ServedProcess) => Promise<void>): Promise<void> {
    const process = await this.process();
    if (!this.exited) await act(process);
  }

  private async resize(columns: number, rows: number): Promise<void> {
    const process = await this.process();
    if (!process.resize) throw new DomainError('request.invalid', 'The program has no terminal, so it has no size.');
    await process.resize(columns, rows);
  }

  /** The other end closes when it has read everything. One that does not read does not keep the socket. */
  private linger(): void {
    this.carried.close();
    const timer = setTimeout(() => this.drop(), this.options.lingerMs);
    this.session.once('close', () => clearTimeout(timer));
    if (this.session.destroyed) clearTimeout(timer);
  }

  private async clear(): Promise<void> {
    this.carried.close();
    if (!this.starting) return this.ticket.onUnused();
    const process = await this.starting.catch(() => undefined);
    if (!process) return;
    await this.unlessEnded(() => process.kill()).catch((error: unknown) =>
      this.options.onError(error, 'killing a program whose caller is gone'),
    );
    await process.exited;
  }

  private refuse(stream: ServerHttp2Stream, error: unknown): void {
    const wire = toWireError(error);
    if (wire.code === 'internal') this.options.onError(error, 'answering a request of an exec stream');
    json(stream, wire.code === 'request.not_found' ? 404 : wire.code === 'internal' ? 500 : 422, wire);
  }
}

/** A source that breaks ends: how the program ended says the rest. */
function output(stream: ServerHttp2Stream, source: ServedProcess['stderr']): void {
  if (stream.destroyed) return void source?.resume();
  if (!stream.headersSent) stream.respond({ ':status': 200 });
  if (!source) return void stream.end();
  source.on('error', () => undefined);
  source.once('close', () => stream.end());
  source.pipe(stream);
}

function json(stream: ServerHttp2Stream, status: number, body: object): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond({ ':status': status, 'content-type': 'application/json' });
  stream.end(Buffer.from(JSON.stringify(body)));
  stream.resume();
}

function whole(query: URLSearchParams, name: string, min: number, max: number): number {
  const text = query.get(name) ?? '';
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
  throw new DomainError('request.invalid', `${name} must be a whole number from ${min} to ${max}.`, {
    fields: [{ path: name, message: `must be a whole number from ${min} to ${max}` }],
  });
}
