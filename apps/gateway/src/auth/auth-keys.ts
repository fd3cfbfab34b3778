import { createPublicKey } from 'node:crypto';

import { authRpc, DomainError } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { anonymous } from './principal.js';

const PublicKey = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });
const SigningKey = PublicKey.extend({ kid: z.string() });
export type PublicKey = z.infer<typeof PublicKey>;

interface Keys {
  /** Public keys as PEM by their id. */
  signing: Map<string, string>;
  sealing: PublicKey;
  fetchedAt: number;
}

/** Keys are asked for again after so long, and for an unknown key id, but not more often than this. */
const freshMs = 600_000;
const askAgainMs = 5_000;

/** auth's public keys, kept here so that verifying a token costs no request. */
@Injectable()
export class AuthKeys {
  private keys: Keys | undefined;
  private fetching: Promise<Keys> | undefined;
  private readonly auth;

  constructor(context: ServiceContext) {
    this.auth = context.rpc.client(authRpc);
  }

  /** PEM of the key that signs with this id; undefined if auth has none such. */
  async signing(keyId: string): Promise<string | undefined> {
    const keys = await this.fresh(freshMs);
    return keys.signing.get(keyId) ?? (await this.fresh(askAgainMs)).signing.get(keyId);
  }

  /** What secrets for auth are encrypted to. */
  async sealing(): Promise<PublicKey> {
    return (await this.fresh(freshMs)).sealing;
  }

  private async fresh(maxAgeMs: number): Promise<Keys> {
    if (this.keys && performance.now() - this.keys.fetchedAt < maxAgeMs) return this.keys;
    this.fetching ??= this.fetch().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async fetch(): Promise<Keys> {
    const answer = await this.auth.keys({}, { actor: anonymous });
    const signing = answer.signing.map((jwk) => SigningKey.safeParse(jwk).data).filter((key) => key !== undefined);
    const sealing = PublicKey.safeParse(answer.sealing).data;
    if (!sealing) throw new DomainError('internal', 'The auth service has published no key to seal requests to.');
    const keys = {
      signing: new Map(signing.map((key) => [key.kid, pemOf(key)])),
      sealing,
      fetchedAt: performance.now(),
    };
    this.keys = keys;
    return keys;
  }
}

function pemOf(jwk: PublicKey): string {
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
}
