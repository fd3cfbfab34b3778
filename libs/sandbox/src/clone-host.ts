import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { DomainError } from '@aicode/contracts';
import { addressKind } from './address-kind.js';
import type { CloneUrl } from './clone-url.js';

export interface CloneHostRules {
  /** Whether a server on this machine itself may be cloned from. Private networks always may: git servers live there. */
  allowLoopback?: boolean;
  /** Resolves a name to all its addresses. */
  lookup?: (host: string) => Promise<string[]>;
}

export interface PinnedHost {
  host: string;
  addresses: string[];
  /** Value of git's `http.curloptResolve` (git 2.37 and later), or undefined where the URL names the address itself. */
  curloptResolve: string | undefined;
}

/**
 * Resolves the host of a clone URL once and pins the addresses, so that a second answer of its name server cannot lead
 * git elsewhere. @throws DomainError workspace.git_url_refused if any of its addresses is not a place to clone from
 */
export async function resolveCloneHost(url: CloneUrl, rules: CloneHostRules = {}): Promise<PinnedHost> {
  const { host, port } = url;
  const literal = isIP(host) !== 0;
  const addresses = literal ? [host] : await resolveAll(host, rules.lookup ?? allAddresses);
  for (const address of addresses) {
    const kind = addressKind(address);
    if (kind === 'forbidden' || (kind === 'loopback' && !rules.allowLoopback)) {
      throw new DomainError(
        'workspace.git_url_refused',
        `The host of the git URL leads to ${kind === 'loopback' ? 'this machine itself' : 'an address that is no git server'}, which is not allowed. Use the address of a git server.`,
      );
    }
  }
  return {
    host,
    addresses,
    curloptResolve: literal ? undefined : `${host}:${port}:${addresses.map(bracketed).join(',')}`,
  };
}

async function resolveAll(host: string, lookup: (host: string) => Promise<string[]>): Promise<string[]> {
  const addresses = await lookup(host).catch(() => []);
  if (addresses.length > 0) return addresses;
  throw new DomainError(
    'workspace.git_url_refused',
    `The host ${host} of the git URL was not found. Check its spelling and this machine's network.`,
  );
}

async function allAddresses(host: string): Promise<string[]> {
  return (await dnsLookup(host, { all: true })).map(({ address }) => address);
}

function bracketed(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address;
}
