import { STATUS_CODES, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { DomainError, newId, type ServerConfig } from '@aicode/contracts';
import type { ServiceContext } from '@aicode/service-kit';
import type { INestApplication } from '@nestjs/common';

import { ExecUpgrades } from '../containers/exec-upgrades.js';
import { LiveServer } from '../live/live-server.js';
import { webPages } from '../web/web-pages.js';
import { accessLog } from './access-log.js';
import { refuseForeign } from './edge-check.js';
import { problemOf } from './problem.js';
import { sendProblem } from './raw-problem.js';
import { RequestRates } from './request-rates.js';
import { requestId, requestIdHeader } from './request-id.js';
import { securityHeaders } from './security-headers.js';

/** How long requests at work may go on when the gateway stops. */
const leaveMs = 3000;

/** Puts the edge before the routes and opens the port. Resolves to the address that people use. */
export async function serveHttp(app: INestApplication<Server>, context: ServiceContext): Promise<{ url: string }> {
  const { server } = context.config;
  const http = app.getHttpServer();
  setTimeouts(http, server);
  app.use(requestId, accessLog(context.log), securityHeaders(), refuseForeign(server));
  app.enableCors({
    origin: server.cors_origins.includes('*') ? '*' : server.cors_origins,
    methods: ['GET', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'Last-Event-ID', requestIdHeader],
    exposedHeaders: [requestIdHeader, 'Retry-After'],
    maxAge: 600,
  });
  app.use(webPages(server, app.get(RequestRates)));
  await app.get(LiveServer).attach(http);
  app.get(ExecUpgrades).attach(http);
  await listen(app, server);
  context.onStop('connections', () => leave(http));
  return { url: urlOf(server, http) };
}

/** Slow clients: headers and body must come in time (the body's reader answers first), idle connections are closed. */
function setTimeouts(http: Server, server: ServerConfig['server']): void {
  http.requestTimeout = server.request_timeout + 5000;
  http.headersTimeout = server.request_timeout;
  http.keepAliveTimeout = 65_000;
  http.on('clientError', answerClientError);
}

/** Requests at work may end, but nobody keeps the gateway from stopping. */
function leave(http: Server): Promise<void> {
  const hurry = setTimeout(() => http.closeAllConnections(), leaveMs);
  http.once('close', () => clearTimeout(hurry));
  return Promise.resolve();
}

const clientErrors: Record<string, [status: number, message: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not come in time.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are too large.'],
};

/** What is no HTTP at all never reaches a route; it gets the same kind of answer. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET') return void socket.destroy();
  const unreadable: [number, string] = [400, 'This is not an HTTP request that can be read.'];
  const [status, message] = clientErrors[error.code ?? ''] ?? unreadable;
  const problem = problemOf(new DomainError('request.malformed', message), newId('request'));
  sendProblem(socket, { ...problem, status, title: STATUS_CODES[status] ?? 'Error' });
}

async function listen(app: INestApplication, { host, port }: ServerConfig['server']): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (cause) {
    const why = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : String(cause);
    throw new DomainError(
      'platform.start_failed',
      `The gateway cannot listen on ${host}:${port} (${why}). Set server.port or server.host in server.yaml to a free address.`,
      {},
      { cause },
    );
  }
}

function urlOf({ host, public_url: publicUrl }: ServerConfig['server'], http: Server): string {
  if (publicUrl) return publicUrl.replace(/\/$/, '');
  const address: AddressInfo | string | null = http.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
