import type { IncomingHttpHeaders } from 'node:http';

import { DomainError, webRequestHeader, type ServerConfig } from '@aicode/contracts';

import { ownOrigin } from '../http/allowed-origins.js';

const headerName = webRequestHeader.toLowerCase();

/**
 * True if a browser says that a page of ours sends this. `server.cors_origins` do not count: their pages use tokens. Sec-Fetch-Site
 * cannot be set by a page; it comes only over https and on loopback, Origin with every request that can change something.
 */
export function fromOwnPage(server: ServerConfig['server'], headers: IncomingHttpHeaders): boolean {
  return ownOrigin(server, headers) || headers['sec-fetch-site'] === 'same-origin';
}

/**
 * A cookie comes with whatever page has a browser send the request; that it was one of ours is shown by a header that others
 * cannot set, and by where the browser says it comes from. DomainError `request.origin_refused` if not.
 */
export function requireOwnPage(server: ServerConfig['server'], headers: IncomingHttpHeaders): void {
  if (headers[headerName] === '1' && fromOwnPage(server, headers)) return;
  throw new DomainError(
    'request.origin_refused',
    `With cookies, only this platform's own pages may do this: with the header ${webRequestHeader}: 1 and an Origin of the platform. Programs send Authorization: Bearer <access token> instead.`,
  );
}
