import type { IncomingHttpHeaders } from 'node:http';

import { DomainError, type ServerConfig } from '@aicode/contracts';
import type { NextFunction, Request, Response } from 'express';

import { allowedHosts, hostAllowed } from './allowed-hosts.js';
import { originAllowed } from './allowed-origins.js';

/** Refuses what names a host that is not this server, or comes from a page that may not use it. DomainErrors `request.…_refused`. */
export function edgeCheck(server: ServerConfig['server']): (headers: IncomingHttpHeaders) => void {
  const hosts = allowedHosts(server);
  return ({ host, origin }) => {
    if (!hostAllowed(hosts, host)) {
      throw new DomainError(
        'request.host_refused',
        'This server does not answer to that host name. Use localhost, or set server.public_url to the name that people use.',
      );
    }
    if (!originAllowed(server, { origin, host })) {
      throw new DomainError(
        'request.origin_refused',
        'Pages of that origin may not use this server. Add it to server.cors_origins if they should.',
      );
    }
  };
}

/** The same as a middleware. */
export function refuseForeign(server: ServerConfig['server']) {
  const check = edgeCheck(server);
  return (request: Request, _response: Response, next: NextFunction): void => {
    check(request.headers);
    next();
  };
}
