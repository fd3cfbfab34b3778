import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

import { DomainError } from '@aicode/contracts';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';

export interface KeyPair {
  privateKey: KeyObject;
  /** The public half as clients get it, with `kid`, `alg` and `use`. */
  publicJwk: JWK;
  /** RFC 7638 thumbprint of the public half. */
  kid: string;
}

/** A new P-256 private key as PKCS#8 PEM. */
export function newP256Pem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Reads a P-256 key pair from PEM. `file` is named in the error, its content never is. */
export async function p256FromPem(
  pem: Buffer | string,
  file: string,
  usage: { alg: string; use: string },
): Promise<KeyPair> {
  const privateKey = parse(pem, file);
  const publicPart = await exportJWK(createPublicKey(privateKey));
  const kid = await calculateJwkThumbprint(publicPart, 'sha256');
  return { privateKey, kid, publicJwk: { ...publicPart, kid, ...usage } };
}

function parse(pem: Buffer | string, file: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    // The parser's message may quote the file; ours names it only.
  }
  if (key?.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new DomainError(
      'config.invalid',
      `${file} holds no P-256 private key in PEM. Put the right key back, or remove the file: a new key is made and everybody signs in again.`,
    );
  }
  return key;
}
