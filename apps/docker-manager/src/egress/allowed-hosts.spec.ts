import { describe, expect, it } from '@jest/globals';

import { allowedHosts, hostName, isAllowedPort } from './allowed-hosts.js';

describe('the name of a host', () => {
  it.each([
    ['example.org', 'example.org'],
    ['EXAMPLE.Org', 'example.org'],
    ['example.org.', 'example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['ｅｘａｍｐｌｅ.org', 'example.org'],
    ['a_b.example.org', 'a_b.example.org'],
    ['127.0.0.1.nip.io', '127.0.0.1.nip.io'],
    ['localhost', 'localhost'],
    [`${'a'.repeat(63)}.org`, `${'a'.repeat(63)}.org`],
  ])('%s is %s', (text, name) => expect(hostName(text)).toBe(name));

  it.each([
    '',
    '.',
    '..',
    'a..b',
    '.example.org',
    'example.org..',
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '0x7f.1',
    '0x7f000001',
    '2130706433',
    '017700000001',
    '１２７.0.0.1',
    '::1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'fe80::1%eth0',
    'foo.1',
    'user@example.org',
    'example.org/x',
    'example.org:443',
    'example.org#x',
    'example.org\\x',
    'ex%61mple.org',
    'exa mple.org',
    'example.org\u0000',
    '*.example.org',
    `${'a'.repeat(64)}.org`,
    `${'a.'.repeat(127)}org`,
  ])('%j is none', (text) => expect(hostName(text)).toBeUndefined());
});

describe('allowed hosts', () => {
  const isAllowed = allowedHosts(['example.org', '*.example.net', 'Bücher.example', 'preset:npm', 'preset:git']);

  it.each([
    'example.org',
    'a.example.net',
    'a.b.c.example.net',
    'xn--bcher-kva.example',
    'registry.npmjs.org',
    'github.com',
    'raw.githubusercontent.com',
  ])('%s passes', (host) => expect(isAllowed(host)).toBe(true));

  it.each([
    'example.net',
    'a.example.org',
    'badexample.org',
    'badexample.net',
    'example.org.evil.test',
    'a.example.net.evil.test',
    'npmjs.org',
    'api.github.com',
    'githubusercontent.com',
    'pypi.org',
    'org',
    '',
  ])('%s does not', (host) => expect(isAllowed(host)).toBe(false));

  it('allows nothing if nothing is allowed, and no address', () => {
    expect(allowedHosts([])('example.org')).toBe(false);
    expect(allowedHosts(['127.0.0.1', '*.0.0.1'])('127.0.0.1')).toBe(false);
  });

  it.each([
    [443, true],
    [80, true],
    [22, false],
    [8443, false],
    [6379, false],
  ])('port %i: %s', (port, allowed) => expect(isAllowedPort(port)).toBe(allowed));
});
