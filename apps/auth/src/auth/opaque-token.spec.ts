import { describe, expect, it } from '@jest/globals';

import { hashOpaqueToken, newOpaqueToken } from './opaque-token.js';

describe('opaque tokens', () => {
  it('say by their prefix what they are, and hold 256 random bits', () => {
    expect(newOpaqueToken('refresh')).toMatch(/^aicli_rt_[A-Za-z0-9_-]{43}$/);
    expect(newOpaqueToken('setup')).toMatch(/^aicli_su_[A-Za-z0-9_-]{43}$/);
    expect(newOpaqueToken('refresh')).not.toBe(newOpaqueToken('refresh'));
  });

  it('are stored as SHA-256 in hex', () => {
    expect(hashOpaqueToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
