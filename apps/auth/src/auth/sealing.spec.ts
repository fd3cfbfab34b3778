import { LoginRequest } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';
import { CompactEncrypt, importJWK, type JWK } from 'jose';

import { newSealingPem, sealingKey } from './sealing.js';

const request = { username: 'ada', password: 'correct horse battery' };

describe('sealingKey', () => {
  it('opens what was sealed to its public key', async () => {
    const key = await sealingKey(newSealingPem(), 'seal.pem');
    const sealed = await seal(key.publicJwk, JSON.stringify(request));
    expect(sealed).not.toContain('correct');
    await expect(key.open(sealed, LoginRequest, 'sign-in')).resolves.toEqual(request);
  });

  it('refuses a request that does not fit, naming the field and not its value', async () => {
    const key = await sealingKey(newSealingPem(), 'seal.pem');
    const sealed = await seal(key.publicJwk, JSON.stringify({ ...request, username: 'NOT GOOD', extra: 1 }));
    const failure = await key.open(sealed, LoginRequest, 'sign-in').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'request.invalid' });
    expect(JSON.stringify(failure)).toContain('username');
    expect(JSON.stringify(failure)).not.toContain('NOT GOOD');
  });

  it('refuses what is for another key, changed, not JSON, no JWE, or sealed in another way', async () => {
    const key = await sealingKey(newSealingPem(), 'seal.pem');
    const other = await sealingKey(newSealingPem(), 'other.pem');
    const good = await seal(key.publicJwk, JSON.stringify(request));
    const refused = {
      foreign: await seal(other.publicJwk, JSON.stringify(request)),
      notJson: await seal(key.publicJwk, 'username=ada'),
      noJwe: 'a.b.c.d.e',
      empty: '',
      plain: JSON.stringify(request),
      alg: await seal(key.publicJwk, JSON.stringify(request), { alg: 'ECDH-ES', enc: 'A256GCM' }),
      enc: await seal(key.publicJwk, JSON.stringify(request), { alg: 'ECDH-ES+A256KW', enc: 'A128CBC-HS256' }),
      // Each of the five parts of a JWE, with one character changed.
      ...Object.fromEntries([0, 1, 2, 3, 4].map((part) => [`part ${part}`, changed(good, part)])),
    };
    for (const [what, sealed] of Object.entries(refused)) {
      const failure = await key.open(sealed, LoginRequest, 'sign-in').then(
        () => 'opened',
        (error: unknown) => error,
      );
      expect([what, failure]).toEqual([what, expect.objectContaining({ code: 'request.invalid' })]);
    }
  });
});

async function seal(publicJwk: JWK, text: string, header = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM' }): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader(header)
    .encrypt(await importJWK({ ...publicJwk, alg: header.alg }));
}

function changed(jwe: string, part: number): string {
  const parts = jwe.split('.');
  const text = parts[part] ?? '';
  parts[part] = (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  return parts.join('.');
}
