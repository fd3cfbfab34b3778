import { CompactEncrypt, importJWK } from 'jose';

import type { PublicKey } from './auth-keys.js';

const algorithm = 'ECDH-ES+A256KW';

/** Encrypts a request that holds a secret for its reader alone (compact JWE): the bus writes what it carries to disk. */
export async function seal(value: object, key: PublicKey): Promise<string> {
  const plaintext = new TextEncoder().encode(JSON.stringify(value));
  return new CompactEncrypt(plaintext)
    .setProtectedHeader({ alg: algorithm, enc: 'A256GCM' })
    .encrypt(await importJWK(key, algorithm));
}
