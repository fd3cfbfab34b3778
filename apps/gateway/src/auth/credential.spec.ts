import { accessCookie } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { cookieOf, credentialOf } from './credential.js';

describe('credentialOf', () => {
  it.each([
    ['a header', { authorization: 'Bearer h' }, 'header', 'Bearer h'],
    ['a cookie', { cookie: `${accessCookie}=c` }, 'cookie', 'Bearer c'],
    ['both', { authorization: 'Bearer h', cookie: `${accessCookie}=c` }, 'header', 'Bearer h'],
    ['a bad header and a cookie', { authorization: 'x', cookie: `${accessCookie}=c` }, 'header', 'x'],
    ['an empty header and a cookie', { authorization: '', cookie: `${accessCookie}=c` }, 'header', ''],
    ['another cookie', { cookie: 'other=c' }, 'nothing', undefined],
    ['nothing', {}, 'nothing', undefined],
  ] as const)('with %s', (_what, headers, by, authorization) => {
    expect(credentialOf(headers)).toEqual({ by, authorization });
  });
});

describe('cookieOf', () => {
  it.each([
    ['name=value', 'value'],
    ['a=1; name=value; b=2', 'value'],
    ['a=1;name=value', 'value'],
    ['name=a.b-c_D9', 'a.b-c_D9'],
    ['xname=value', undefined],
    ['name', undefined],
    ['name=', undefined],
    ['name="value"', undefined],
    ['name=a b', undefined],
    ['name=%41', undefined],
    ['name=a; name=b', undefined],
    ['name=a; name=a', undefined],
    [`name=${'x'.repeat(4097)}`, undefined],
    ['', undefined],
    [undefined, undefined],
  ])('finds in %.30j %j', (header, value) => {
    expect(cookieOf(header, 'name')).toBe(value);
  });
});
