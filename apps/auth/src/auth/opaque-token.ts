import { createHash, randomBytes } from 'node:crypto';

/** What a random token is for; the prefix makes a leaked one recognisable to people and secret scanners. */
const prefixes = { refresh: 'aicli_rt_', setup: 'aicli_su_' } as const;

/** A new token with 256 random bits, as it is given away once. Only its hash is stored. */
export function newOpaqueToken(kind: keyof typeof prefixes): string {
  return prefixes[kind] + randomBytes(32).toString('base64url');
}

/** SHA-256 in hex. Enough for 256 random bits: there is nothing to guess that a slow hash would protect. */
export function hashOpaqueToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
