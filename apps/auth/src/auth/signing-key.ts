import { accessTokenAudience, accessTokenIssuer, type Role } from '@aicode/contracts';
import { SignJWT, type JWK } from 'jose';

import { newP256Pem, p256FromPem } from './p256-key.js';

/** The one algorithm of access tokens. passport-jwt cannot verify EdDSA, so it is ES256. */
export const accessTokenAlgorithm = 'ES256';

export interface AccessTokenSubject {
  userId: string;
  sessionId: string;
  role: Role;
  tokenId: string;
  /** Seconds since 1970. */
  issuedAt: number;
  /** Seconds since 1970. */
  expiresAt: number;
}

export interface SigningKey {
  publicJwk: JWK;
  /** A compact JWT that says who acts, in which session, until when. */
  sign(subject: AccessTokenSubject): Promise<string>;
}

export const newSigningPem = newP256Pem;

export async function signingKey(pem: Buffer | string, file: string): Promise<SigningKey> {
  const pair = await p256FromPem(pem, file, { alg: accessTokenAlgorithm, use: 'sig' });
  return {
    publicJwk: pair.publicJwk,
    sign: (subject) =>
      new SignJWT({ sid: subject.sessionId, role: subject.role })
        .setProtectedHeader({ alg: accessTokenAlgorithm, kid: pair.kid, typ: 'JWT' })
        .setSubject(subject.userId)
        .setIssuer(accessTokenIssuer)
        .setAudience(accessTokenAudience)
        .setJti(subject.tokenId)
        .setIssuedAt(subject.issuedAt)
        .setExpirationTime(subject.expiresAt)
        .sign(pair.privateKey),
  };
}
