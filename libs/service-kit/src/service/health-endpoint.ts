import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

import type { Readiness } from '@aicode/contracts';

import type { ServiceContext } from './service-context.js';

export interface HealthEndpoint {
  port: number;
  close(): Promise<void>;
}

/** `GET /live` and `GET /ready` for an orchestrator's probes, on every address of the container. Port 0 takes a free one. */
export async function serveHealth(context: ServiceContext, port: number): Promise<HealthEndpoint> {
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/live') respond(response, 200, { status: 'ok' });
    else if (request.method === 'GET' && request.url === '/ready') void ready(context, response);
    else respond(response, 404, { status: 'not_found' });
  });
  server.listen(port);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function ready(context: ServiceContext, response: ServerResponse): Promise<void> {
  const dependencies = await context.health.run();
  const down = dependencies.some(({ state }) => state === 'down');
  const degraded = dependencies.some(({ state }) => state === 'degraded');
  const status = down ? 'not_ready' : degraded ? 'degraded' : 'ready';
  respond(response, down ? 503 : 200, { status, dependencies } satisfies Readiness);
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
