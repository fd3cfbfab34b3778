import { hostname } from 'node:os';

/** Hours that a set-up link works. */
export const setupLinkHours = 24;

interface Listening {
  host: string;
  port: number;
  public_url?: string | undefined;
}

/** The lines that the console shows while there is no administrator. They hold the token: never send them through the logger. */
export function setupNotice(server: Listening, token: string): string {
  return [
    '',
    'There is no administrator yet. Open this link once to make the first one:',
    '',
    `  ${setupLink(server, token)}`,
    '',
    'or, in a terminal, give aicli that token:',
    '',
    '  aicli login --setup',
    '',
    `It works once, for ${setupLinkHours} hours; a restart prints a new one.`,
    '',
  ].join('\n');
}

export function setupLink(server: Listening, token: string): string {
  const path = `/setup?token=${encodeURIComponent(token)}`;
  if (server.public_url !== undefined) return server.public_url.replace(/\/+$/, '') + path;
  // A free port is chosen by the gateway, which prints it.
  const port = server.port === 0 ? '<port of the gateway>' : String(server.port);
  return `http://${reachable(server.host)}:${port}${path}`;
}

/** A host that a browser can open: an address that means "all" is none. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return hostname();
  return host.includes(':') ? `[${host}]` : host;
}
