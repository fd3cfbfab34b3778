/** The same controls over HTTP, for a server that runs in another process. Only with `control: true`. */
import type { ServerResponse } from 'node:http';
import { endWithError } from './error-answer.js';
import type { Gates } from './gates.js';
import type { RequestLog } from './request-log.js';

export const CONTROL_PREFIX = '/_control/';

/**
 * `POST release/<gate>`, `GET requests`, `GET gates/<gate>?timeout_ms=n` (answers when a request waits there; 408 when
 * none comes in time).
 */
export async function serveControl(
  method: string,
  url: URL,
  { gates, log }: { gates: Gates; log: RequestLog },
  response: ServerResponse,
): Promise<void> {
  const [verb, ...rest] = url.pathname.slice(CONTROL_PREFIX.length).split('/');
  const gate = decodeURIComponent(rest.join('/'));
  if (method === 'GET' && verb === 'requests') return endWithJson(response, 200, { requests: log.requests });
  if (method === 'POST' && verb === 'release' && gate !== '') {
    const released = gates.waiting(gate);
    gates.release(gate);
    return endWithJson(response, 200, { released });
  }
  if (method === 'GET' && verb === 'gates' && gate !== '') {
    const timeoutMs = Number(url.searchParams.get('timeout_ms') ?? 0);
    try {
      await gates.waitFor(gate, { timeoutMs });
      return endWithJson(response, 200, { waiting: gates.waiting(gate) });
    } catch {
      return endWithJson(response, 408, { waiting: 0 });
    }
  }
  endWithError(response, 404);
}

export function endWithJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
