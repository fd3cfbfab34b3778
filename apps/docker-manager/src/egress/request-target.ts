import { addressNotAllowed, EgressRefusal, shown } from './egress-refusal.js';
import { hostName } from './allowed-hosts.js';

export interface Target {
  /** As of `hostName`. */
  host: string;
  port: number;
}

/** `CONNECT host:port` (RFC 9110, 9.3.6). @throws EgressRefusal */
export function connectTarget(text: string): Target {
  const [, host = '', port = ''] = /^(.*):(\d{1,5})$/s.exec(text) ?? [];
  if (host === '' || !isPort(port)) {
    throw new EgressRefusal(400, 'CONNECT needs a host and a port, such as example.org:443.');
  }
  return target(host, Number(port));
}

/**
 * `GET http://host/path` (RFC 9112, 3.2.2): who is asked, and for what. The Host header must say the same, or the host that answers
 * could be another than the one that was checked. @throws EgressRefusal
 */
export function forwardTarget(text: string, hostHeader: string | undefined): Target & { path: string } {
  const [, authority, rest = ''] = /^http:\/\/([^/?#]+)([^#]*)/i.exec(text) ?? [];
  if (authority === undefined) {
    throw new EgressRefusal(
      400,
      'This is a proxy: it takes CONNECT host:port and requests such as GET http://host/path.',
    );
  }
  if (hostHeader === undefined || withPort(hostHeader) !== withPort(authority)) {
    throw new EgressRefusal(400, `The Host header must name the host of the request, ${shown(authority)}.`);
  }
  const [, host = '', port = ''] = /^(.*):(\d{1,5})$/s.exec(withPort(authority)) ?? [];
  if (!isPort(port)) throw new EgressRefusal(400, `${shown(authority)} is not a host.`);
  return { ...target(host, Number(port)), path: rest.startsWith('/') ? rest : `/${rest}` };
}

function target(text: string, port: number): Target {
  const host = hostName(text);
  if (host !== undefined) return { host, port };
  throw addressNotAllowed(text);
}

function withPort(authority: string): string {
  return (/:\d+$/.test(authority) ? authority : `${authority}:80`).toLowerCase();
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) <= 65_535;
}
