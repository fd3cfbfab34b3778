import { closedIPv4Networks } from '@aicode/sandbox';
import { DomainError } from '@aicode/contracts';
import type Docker from 'dockerode';

import { lookAtEngineHost, type EngineHost } from './engine-host.js';
import { runOnce, type OneRun } from './run-once.js';

/**
 * A packet filter in the container's own network namespace: all but the internet is refused, at once and with an error. Routes would
 * not do: a socket that is bound to a device (SO_BINDTODEVICE, IP_PKTINFO: no right is needed) goes out where a route prohibits.
 */
export function filterRules({ networks, nameServers }: EngineHost): string {
  const names =
    nameServers.length > 0
      ? [`ip daddr { ${nameServers.join(', ')} } meta l4proto { tcp, udp } th dport 53 accept`]
      : [];
  return `table inet aicode
delete table inet aicode
table inet aicode {
  set closed {
    type ipv4_addr
    flags interval
    auto-merge
    elements = { ${[...closedIPv4Networks, ...networks].join(', ')} }
  }
  chain output {
    type filter hook output priority 0; policy drop;
    oifname "lo" accept
    ${names.join('\n    ')}
    meta nfproto ipv6 reject with icmpx type admin-prohibited
    ip daddr @closed reject with icmpx type admin-prohibited
    meta nfproto ipv4 accept
  }
  chain input {
    type filter hook input priority 0; policy drop;
    iifname "lo" accept
    ct state established,related accept
  }
}
`;
}

/** The rules end with the namespace, so with each stop of the container. They can't be changed inside: nobody there has NET_ADMIN. */
const apply = `printf '%s' "$1" | nft -f -`;

/**
 * Closes a running container's network to all but the internet: this machine, its networks, all private ones, other containers, metadata
 * services and IPv6. To be called after EACH start of the container and before anything runs in it; doing it twice does no harm.
 * `helper.image` needs nft and ip. @throws DomainError; then nothing may run in the container
 */
export async function closeNetwork(
  docker: Docker,
  container: Docker.Container,
  helper: Pick<OneRun, 'image' | 'labels'>,
): Promise<void> {
  const host = await lookAtEngineHost(docker, helper);
  if (host.networks.length === 0) {
    throw new DomainError(
      'executor.unavailable',
      'The addresses of the machine of the Docker engine could not be read. Try again.',
    );
  }
  await runOnce(docker, {
    ...helper,
    network: `container:${container.id}`,
    capabilities: ['NET_ADMIN'],
    script: apply,
    args: [filterRules(host)],
  });
}
