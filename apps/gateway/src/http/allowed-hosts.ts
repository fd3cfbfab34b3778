import { DomainError, type ServerConfig } from '@aicode/contracts';
import type { NextFunction, Request, Response } from 'express';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Host names that requests may name; null for any. A gateway on loopback is reached by its user's browser, and any web page can
 * make its own name resolve to 127.0.0.1 (DNS rebinding): only the names that really are this machine are answered.
 */
export function allowedHosts(server: ServerConfig['server']): ReadonlySet<string> | null {
  const bound = server.host.includes(':') ? `[${server.host}]` : server.host;
  if (!loopback.has(bound) && !bound.startsWith('127.')) return null;
  const hosts = new Set([...loopback, bound]);
  if (server.public_url) hosts.add(new URL(server.public_url).hostname);
  return hosts;
}

/** Name without port of a Host header, in small letters; null if it is none. */
export function hostName(header: string | undefined): string | null {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/.exec(header?.toLowerCase() ?? '')?.[1] ?? null;
}

export function hostAllowed(hosts: ReadonlySet<string> | null, header: string | undefined): boolean {
  if (hosts === null) return true;
  const name = hostName(header);
  return name !== null && hosts.has(name);
}

export function hostCheck(hosts: ReadonlySet<string> | null) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    if (hostAllowed(hosts, request.headers.host)) return next();
    next(
      new DomainError(
        'request.host_refused',
        'This server does not answer to that host name. Use localhost, or set server.public_url to the name that people use.',
      ),
    );
  };
}
