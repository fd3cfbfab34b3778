import type { ServerConfig } from '@aicode/contracts';

interface OriginRequest {
  origin?: string | undefined;
  host?: string | undefined;
}

/** True if a page of this origin is one of our own: same host as the request, or public_url. */
export function ownOrigin(server: ServerConfig['server'], { origin, host }: OriginRequest): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (server.public_url && from.origin === new URL(server.public_url).origin) return true;
  return /^https?:$/.test(from.protocol) && from.host === host?.toLowerCase();
}

/**
 * Browsers name the page that a request comes from. Accepted are our own pages (same host as the request, or public_url) and the
 * origins of `server.cors_origins`; programs send no Origin.
 */
export function originAllowed(server: ServerConfig['server'], { origin, host }: OriginRequest): boolean {
  if (origin === undefined) return true;
  if (server.cors_origins.includes('*') || server.cors_origins.includes(origin)) return true;
  return ownOrigin(server, { origin, host });
}
