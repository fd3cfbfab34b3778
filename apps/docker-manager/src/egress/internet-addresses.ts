import { Resolver } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

import { addressKind } from '@aicode/sandbox';

import { EgressRefusal, leadsInside, shown } from './egress-refusal.js';

/** All addresses of a name; empty if it has none. Gives up when the signal says so. */
export type ResolveName = (host: string, signal: AbortSignal) => Promise<string[]>;

/** The name servers themselves: neither /etc/hosts nor search domains, and no thread of the pool that files need too. */
export const askNameServers: ResolveName = async (host, signal) => {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answers = await Promise.all([
      resolver.resolve4(host).catch(() => []),
      resolver.resolve6(host).catch(() => []),
    ]);
    return answers.flat();
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};

/** Neither private nor reserved, nor this machine or a network that it is in. */
export function isOnTheInternet(address: string): boolean {
  return addressKind(address) === 'public' && !networksOfThisMachine().check(address, family(address));
}

/** The addresses of a name, if all are such that a workspace may reach them. @throws EgressRefusal */
export async function internetAddresses(
  host: string,
  { resolve, isPublic, timeoutMs }: { resolve: ResolveName; isPublic: (address: string) => boolean; timeoutMs: number },
): Promise<string[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(notFound(host)), { once: true });
  });
  const addresses = await Promise.race([resolve(host, signal).catch(() => []), late]);
  if (addresses.length === 0) throw notFound(host);
  if (!addresses.every(isPublic)) throw leadsInside(host);
  return addresses;
}

function notFound(host: string): EgressRefusal {
  return new EgressRefusal(
    502,
    `The address of ${shown(host)} was not found. Check its spelling and the server's DNS.`,
  );
}

function networksOfThisMachine(): BlockList {
  const networks = new BlockList();
  for (const { address, cidr } of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
    const prefix = Number(cidr?.split('/')[1]);
    if (Number.isInteger(prefix)) networks.addSubnet(address, prefix, family(address));
    else networks.addAddress(address, family(address));
  }
  return networks;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
