import { accessTokenAudience, accessTokenIssuer } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';
import { importJWK, jwtVerify } from 'jose';

import { newSigningPem, signingKey } from './signing-key.js';

const subject = {
  userId: 'user_1',
  sessionId: 'sess_1',
  role: 'operator' as const,
  tokenId: 'tok_1',
  issuedAt: 1_000,
  expiresAt: 1_900,
};
const options = { issuer: accessTokenIssuer, audience: accessTokenAudience, currentDate: new Date(1_500_000) };

describe('signingKey', () => {
  it('signs what its public key verifies, with every claim in place', async () => {
    const key = await signingKey(newSigningPem(), 'jwt.pem');
    const token = await key.sign(subject);
    const { payload, protectedHeader } = await jwtVerify(token, await importJWK(key.publicJwk), options);
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT', kid: key.publicJwk.kid });
    expect(payload).toEqual({
      sub: 'user_1',
      sid: 'sess_1',
      role: 'operator',
      jti: 'tok_1',
      iss: 'aicli',
      aud: 'aicli-api',
      iat: 1_000,
      exp: 1_900,
    });
  });

  it('is not verified by another key', async () => {
    const token = await (await signingKey(newSigningPem(), 'a')).sign(subject);
    const other = await signingKey(newSigningPem(), 'b');
    await expect(jwtVerify(token, await importJWK(other.publicJwk), options)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
  });
});
