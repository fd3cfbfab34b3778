import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { newP256Pem, p256FromPem } from './p256-key.js';

const usage = { alg: 'ES256', use: 'sig' };

describe('p256FromPem', () => {
  it('gives the public half only, named by its thumbprint', async () => {
    const pair = await p256FromPem(newP256Pem(), 'key.pem', usage);
    expect(Object.keys(pair.publicJwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(pair.publicJwk).toMatchObject({ kty: 'EC', crv: 'P-256', kid: pair.kid, ...usage });
    expect(pair.kid).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('names the same key the same, another differently', async () => {
    const pem = newP256Pem();
    const first = await p256FromPem(pem, 'a', usage);
    expect((await p256FromPem(Buffer.from(pem), 'b', usage)).kid).toBe(first.kid);
    expect((await p256FromPem(newP256Pem(), 'a', usage)).kid).not.toBe(first.kid);
  });

  it.each([
    ['no key at all', 'secret rubbish'],
    ['another curve', ec('P-384')],
    ['another kind of key', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })],
  ])('refuses %s and names the file, not its content', async (_what, pem) => {
    const failure = await p256FromPem(pem.toString(), '/home/secrets/jwt.pem', usage).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'config.invalid' });
    expect(String(failure)).toContain('/home/secrets/jwt.pem');
    expect(String(failure)).not.toContain('secret rubbish');
  });
});

function ec(namedCurve: string): string {
  return generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
