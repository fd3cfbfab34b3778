import type { ServerConfig } from '@aicode/contracts';

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
