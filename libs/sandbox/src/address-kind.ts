import { BlockList, isIPv4, isIPv6 } from 'node:net';

export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden';

type Family = 'ipv4' | 'ipv6';

type Range = [network: string, prefix: number, family: Family];

function list(ranges: readonly Range[]): BlockList {
  const blocks = new BlockList();
  for (const [network, prefix, family] of ranges) blocks.addSubnet(network, prefix, family);
  return blocks;
}

const loopbackRanges: readonly Range[] = [
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
];

/** Never a git server: link-local, unspecified, multicast, reserved, translation prefixes, and the clouds' metadata services. */
const forbiddenRanges: readonly Range[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'], // Alibaba Cloud
  ['168.63.129.16', 32, 'ipv4'], // Azure
  ['192.0.0.0', 24, 'ipv4'], // IETF protocol assignments; Oracle Cloud
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'], // AWS
  ['fd20:ce::', 32, 'ipv6'], // Google Cloud
  ['fe80::', 10, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'], // NAT64, RFC 6052
  ['64:ff9b:1::', 48, 'ipv6'],
  ['2001::', 32, 'ipv6'], // Teredo
  ['2002::', 16, 'ipv6'], // 6to4
];

const privateRanges: readonly Range[] = [
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'], // RFC 2544; also what some VPNs answer for every name
  ['fc00::', 7, 'ipv6'],
];

const loopback = list(loopbackRanges);
const forbidden = list(forbiddenRanges);
const ownNetworks = list(privateRanges);

/** All of IPv4 that is not the internet, as `network/prefix`. */
export const closedIPv4Networks: readonly string[] = [...loopbackRanges, ...forbiddenRanges, ...privateRanges]
  .filter(([, , family]) => family === 'ipv4')
  .map(([network, prefix]) => `${network}/${prefix}`);

/** What an IP address leads to. IPv4 written as IPv6 counts as what it stands for. What is not an address is forbidden. */
export function addressKind(address: string): AddressKind {
  const mapped = mappedIPv4(address);
  const plain = mapped ?? address;
  const family = isIPv4(plain) ? 'ipv4' : isIPv6(plain) ? 'ipv6' : undefined;
  if (family === undefined || forbidden.check(plain, family)) return 'forbidden';
  if (loopback.check(plain, family)) return 'loopback';
  return ownNetworks.check(plain, family) ? 'private' : 'public';
}

/** `::ffff:a.b.c.d` and the deprecated `::a.b.c.d`, in dotted or in hexadecimal form. */
function mappedIPv4(address: string): string | undefined {
  if (!isIPv6(address) || address.includes('%')) return undefined;
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
