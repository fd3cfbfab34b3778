import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

/**
 * Redis keys of the counters of failed sign-ins. The braces put both on one slot of a Redis cluster, because one script
 * touches both. The account is hashed: people type passwords into the name field.
 */
export function throttleKeys(username: string, address: string): { account: string; address: string } {
  const account = createHash('sha256').update(username).digest('base64url');
  return {
    account: `{auth:failures}:account:${account}`,
    address: `{auth:failures}:address:${countedAddress(address)}`,
  };
}

/** What counts as one address: an IPv4 address, or the /64 that one IPv6 customer owns and can walk through at will. */
export function countedAddress(address: string): string {
  const plain = address.replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(plain) ? `${groupsOf(plain).slice(0, 4).join(':')}::/64` : plain;
}

function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(missing).fill('0'), ...right].map((group) =>
    Number.parseInt(group, 16).toString(16),
  );
}
