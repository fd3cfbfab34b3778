import { isIPv4 } from 'node:net';

import type Docker from 'dockerode';

import { runOnce, type OneRun } from './run-once.js';

/** The network of the machine that the engine runs on. That may be another than ours, so a container in its network tells. */
export interface EngineHost {
  /** Its IPv4 addresses and the networks that it is in, as `address/prefix`. */
  networks: string[];
  /** The name servers that containers ask by the engine's resolver; those on its loopback it asks itself. */
  nameServers: string[];
}

const look = `ip -4 -o addr show && echo --- && cat /etc/resolv.conf`;

export async function lookAtEngineHost(docker: Docker, run: Pick<OneRun, 'image' | 'labels'>): Promise<EngineHost> {
  const host = readEngineHost(await runOnce(docker, { ...run, network: 'host', script: look, args: [] }));
  if (host.nameServers.length > 0) return host;
  // A resolver of systemd's on the loopback stands for others, which the engine finds and gives to containers of its bridge.
  const bridged = await runOnce(docker, { ...run, network: 'bridge', script: look, args: [] }).catch(() => '');
  return { ...host, nameServers: readEngineHost(bridged).nameServers };
}

/** Reads `ip -4 -o addr show`, a line of dashes, and resolv.conf. */
export function readEngineHost(text: string): EngineHost {
  const [addresses = '', resolver = ''] = text.split(/^---$/m);
  const networks = [...addresses.matchAll(/ inet (\S+)(?: peer (\S+))?/g)].flatMap(([, own, peer]) =>
    [own, peer].filter((item) => item !== undefined).flatMap((item) => [item.split('/')[0] ?? '', item]),
  );
  const nameServers = [...resolver.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, server = '']) => server);
  return {
    networks: [...new Set(networks)].filter(isNetwork).filter((network) => !network.startsWith('127.')),
    nameServers: nameServers.filter((server) => isIPv4(server) && !server.startsWith('127.')),
  };
}

/** Of a tunnel that says the whole internet is its network, the address alone counts. */
const shortestPrefix = 8;

function isNetwork(text: string): boolean {
  const [address = '', prefix = '32'] = text.split('/');
  return isIPv4(address) && Number(prefix) >= shortestPrefix;
}
