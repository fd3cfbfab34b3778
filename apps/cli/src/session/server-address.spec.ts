import { describe, expect, it } from '@jest/globals';

import { cleanAddress, serverAddress } from './server-address.js';

const nothing = {
  flag: undefined,
  environment: undefined,
  login: null,
  platform: null,
  configured: () => Promise.resolve('http://127.0.0.1:7811'),
};

describe('serverAddress', () => {
  it.each([
    [{}, 'http://127.0.0.1:7811', 'default', false],
    [{ platform: 'http://127.0.0.1:5' }, 'http://127.0.0.1:5', 'local platform', true],
    [{ platform: 'http://127.0.0.1:5', login: 'https://far' }, 'https://far', 'login', false],
    [{ login: 'https://far', environment: 'https://env/' }, 'https://env', 'environment', false],
    [{ environment: 'https://env', flag: 'host:8080' }, 'http://host:8080', 'flag', false],
    [{ flag: 'http://127.0.0.1:5/', platform: 'http://127.0.0.1:5' }, 'http://127.0.0.1:5', 'flag', true],
  ])('of %j is %s', async (facts, url, from, local) => {
    expect(await serverAddress({ ...nothing, ...facts })).toEqual({ url, from, local });
  });

  it('does not look into the settings where a server is named', async () => {
    const configured = () => Promise.reject(new Error('not to be asked'));
    expect(await serverAddress({ ...nothing, configured, flag: 'far:1' })).toMatchObject({ url: 'http://far:1' });
  });

  it('keeps a path', () => {
    expect(cleanAddress('https://host/aicli//')).toBe('https://host/aicli');
  });

  it.each([
    '',
    'ftp://x',
    'http://',
    'http://me:secret@host',
    'http://host?x=1',
    'http://host#x',
    'a b',
    'file:///etc/passwd',
    'javascript:alert(1)',
  ])('refuses %j', (text) => {
    expect(() => cleanAddress(text)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });
});
