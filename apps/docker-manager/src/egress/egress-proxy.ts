import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Logger } from '@aicode/service-kit';

import { allowedHosts, isAllowedPort } from './allowed-hosts.js';
import { connected, dialPinned, type Dial } from './dial.js';
import { EgressRefusal, hostNotAllowed, portNotAllowed } from './egress-refusal.js';
import { forwardRequest } from './forward-request.js';
import { askNameServers, internetAddresses, isOnTheInternet, type ResolveName } from './internet-addresses.js';
import { joinSockets } from './join-sockets.js';
import { listenAtPath, type ListeningPath } from './listen-at-path.js';
import { Refusals } from './refusals.js';
import { connectTarget, forwardTarget, type Target } from './request-target.js';

const defaultLimits = {
  /** Of the program's side and, apart from those, of the internet's side. */
  connections: 64,
  headerBytes: 16 * 1024,
  headersMs: 5000,
  keepAliveMs: 15_000,
  dnsMs: 6000,
  connectMs: 10_000,
  idleMs: 300_000,
};
export type EgressLimits = typeof defaultLimits;

/** Requests that a program may send on one connection before it has the first answer; apt sends ten. */
const longestPipeline = 16;

export interface EgressProxyOptions {
  workspaceId: string;
  /** Entries of `AllowedHost`: names, `*.name`, presets. */
  allow: readonly string[];
  log: Logger;
  /** For each connection that the policy refused. */
  onRefused?: (host: string) => void;
  limits?: Partial<EgressLimits>;
  resolve?: ResolveName;
  isPublic?: (address: string) => boolean;
  dial?: Dial;
}

/** An HTTP proxy to the allowed hosts (CONNECT, and GET http://host/…), and nothing else, for the programs of one workspace. */
export class EgressProxy {
  private readonly limits: EgressLimits;
  private readonly refusals: Refusals;
  private readonly isAllowed: (host: string) => boolean;
  private readonly listening: { server: Server; path: ListeningPath }[] = [];
  private readonly clients = new Set<Socket>();
  /** Requests of a connection that are not answered yet. */
  private readonly waiting = new WeakMap<Socket, number>();
  private upstreams = 0;

  constructor(private readonly options: EgressProxyOptions) {
    this.limits = { ...defaultLimits, ...options.limits };
    this.refusals = new Refusals(options.log, options.workspaceId);
    this.isAllowed = allowedHosts(options.allow);
  }

  /** Connections that the policy refused. */
  get refused(): number {
    return this.refusals.count;
  }

  /** At a unix socket, which all users of the host that get at its directory may open. May be called for several. */
  async listen(path: string): Promise<void> {
    const server = this.createServer();
    this.listening.push({ server, path: await listenAtPath(server, path) });
  }

  /** Ends all connections and takes the sockets away. */
  async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    const closing = this.listening.splice(0).map(({ path }) => path.close());
    await Promise.all(closing);
  }

  private createServer(): Server {
    const { headerBytes, headersMs, keepAliveMs, idleMs } = this.limits;
    const server = createServer({
      maxHeaderSize: headerBytes,
      headersTimeout: headersMs,
      // A body may take as long as it moves; `timeout` below watches that.
      requestTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: Math.min(1000, headersMs),
    });
    server.timeout = idleMs;
    server.on('connection', (client) => this.admit(client));
    server.on('connect', (request, client, head) => void this.tunnel(request, client, head));
    server.on('request', (request, response) => void this.forward(request, response));
    return server;
  }

  private admit(client: Socket): void {
    client.on('error', () => undefined);
    if (this.clients.size >= this.limits.connections) {
      client.destroy();
      return;
    }
    this.clients.add(client);
    client.setMaxListeners(4 * longestPipeline);
    client.once('close', () => this.clients.delete(client));
  }

  private async tunnel(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    if (!(client instanceof Socket)) return void client.destroy();
    try {
      const upstream = await this.open(connectTarget(request.url ?? ''), client);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      joinSockets(client, upstream, this.limits.idleMs);
    } catch (error) {
      refuseTunnel(client, this.judge(error));
    }
  }

  private async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const waiting = (this.waiting.get(request.socket) ?? 0) + 1;
    if (waiting > longestPipeline) return void request.socket.destroy();
    this.waiting.set(request.socket, waiting);
    try {
      const target = forwardTarget(request.url ?? '', request.headers.host);
      if (target.port !== 80) throw portNotAllowed(target.host, target.port);
      const connection = await this.open(target, request.socket);
      await forwardRequest(request, response, { ...target, connection, idleMs: this.limits.idleMs });
    } catch (error) {
      const { status, message } = this.judge(error);
      if (response.headersSent) return void response.destroy();
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      response.end(`${message}\n`);
    } finally {
      this.waiting.set(request.socket, (this.waiting.get(request.socket) ?? 1) - 1);
    }
  }

  /** A connection to a target that the policy allows. @throws EgressRefusal */
  private async open(target: Target, client: Socket): Promise<Socket> {
    const { host, port } = target;
    if (!this.isAllowed(host)) throw hostNotAllowed(host);
    if (!isAllowedPort(port)) throw portNotAllowed(host, port);
    const { resolve = askNameServers, isPublic = isOnTheInternet, dial = dialPinned } = this.options;
    const { dnsMs, connectMs, connections } = this.limits;
    if (this.upstreams >= connections) {
      throw new EgressRefusal(
        503,
        `This workspace has ${connections} connections open, the most it may. Try again later.`,
      );
    }
    this.upstreams += 1;
    let upstream: Socket | undefined;
    const leave = (): void => void upstream?.destroy();
    client.once('close', leave);
    try {
      const addresses = await internetAddresses(host, { resolve, isPublic, timeoutMs: dnsMs });
      if (client.destroyed) throw new EgressRefusal(502, 'The program has gone.');
      upstream = dial(target, addresses);
      upstream.once('close', () => (this.upstreams -= 1));
      return await connected(upstream, host, connectMs);
    } catch (error) {
      if (!upstream) this.upstreams -= 1;
      throw error;
    } finally {
      client.off('close', leave);
    }
  }

  private judge(error: unknown): EgressRefusal {
    if (!(error instanceof EgressRefusal)) {
      this.options.log.error({ err: error, workspace_id: this.options.workspaceId }, 'the egress proxy failed');
      return new EgressRefusal(502, 'The egress proxy failed. The server has the cause in its log.');
    }
    if (error.status === 403 && error.host !== null) {
      this.refusals.add(error.host);
      this.options.onRefused?.(error.host);
    }
    return error;
  }
}

/** So long a refused program may take to read why. */
const farewellMs = 2000;

function refuseTunnel(client: Socket, { status, message }: EgressRefusal): void {
  const body = `${message}\n`;
  client.setTimeout(farewellMs, () => client.destroy());
  // Bytes left unread would break the connection before the answer is read.
  client.resume();
  client.end(
    [
      `HTTP/1.1 ${status} ${reasons[status]}`,
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

const reasons = {
  400: 'Bad Request',
  403: 'Refused by the network policy',
  502: 'Bad Gateway',
  503: 'Too many connections',
  504: 'Gateway Timeout',
};
