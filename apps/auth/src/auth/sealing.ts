import { DomainError, parseOrThrow } from '@aicode/contracts';
import { compactDecrypt, type JWK } from 'jose';
import type { z } from 'zod';

import { newP256Pem, p256FromPem } from './p256-key.js';

/**
 * How a caller seals a secret for us: a compact JWE of the request as UTF-8 JSON, to the public key that `auth.keys`
 * gives, with the protected header `{ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' }`. Other algorithms, and compression
 * (`zip`), are refused: the message does not choose how it is read.
 */
export const sealingAlgorithm = 'ECDH-ES+A256KW';
export const sealingEncryption = 'A256GCM';

export interface SealingKey {
  publicJwk: JWK;
  /** Decrypts and checks by the schema. DomainError `request.invalid` if it is not for us, was changed, or does not fit. */
  open<S extends z.ZodType>(sealed: string, schema: S, what: string): Promise<z.output<S>>;
}

export const newSealingPem = newP256Pem;

export async function sealingKey(pem: Buffer | string, file: string): Promise<SealingKey> {
  const pair = await p256FromPem(pem, file, { alg: sealingAlgorithm, use: 'enc' });
  return {
    publicJwk: pair.publicJwk,
    async open(sealed, schema, what) {
      return parseOrThrow(schema, await decrypt(sealed, pair.privateKey), what);
    },
  };
}

async function decrypt(sealed: string, key: Parameters<typeof compactDecrypt>[1]): Promise<unknown> {
  try {
    const { plaintext } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: [sealingAlgorithm],
      contentEncryptionAlgorithms: [sealingEncryption],
      maxDecompressedLength: 0,
    });
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext));
  } catch {
    // Why it failed helps only who forges one.
    throw new DomainError(
      'request.invalid',
      'The sealed request cannot be opened. Seal it to the key that auth publishes now, and send it again.',
    );
  }
}
