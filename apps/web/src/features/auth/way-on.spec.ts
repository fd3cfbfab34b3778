import { describe, expect, it } from '@jest/globals';

import { setupToken, wayOn } from './way-on.js';

describe('wayOn', () => {
  it.each([
    ['/tasks?state=running#L3', '/tasks?state=running#L3'],
    ['/', '/'],
    [undefined, '/'],
    ['tasks', '/'],
    ['https://evil.example/', '/'],
    ['//evil.example/x', '/'],
    ['/\\evil.example/x', '/'],
    ['/\t/evil.example', '/'],
    ['/sign-in?to=/x', '/'],
    ['/setup', '/'],
    ['/setups', '/setups'],
  ])('%j leads to %s', (to, expected) => {
    expect(wayOn(to)).toBe(expected);
  });
});

describe('setupToken', () => {
  it.each([
    [' abc ', 'abc'],
    ['http://127.0.0.1:7780/setup?token=a%2Bb&x=1', 'a+b'],
  ])('takes from %j %s', (pasted, expected) => {
    expect(setupToken(pasted)).toBe(expected);
  });
});
