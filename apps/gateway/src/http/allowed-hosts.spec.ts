import { ServerConfig } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { allowedHosts, hostAllowed, hostName } from './allowed-hosts.js';

const server = (values: object) => ServerConfig.parse({ server: values }).server;

describe('hostAllowed', () => {
  it.each([
    ['localhost:7780', true],
    ['LOCALHOST', true],
    ['127.0.0.1:1', true],
    ['[::1]:7780', true],
    ['code.example.org', true],
    ['evil.example.org', false],
    ['localhost.evil.org', false],
    ['localhost:7780@evil.org', false],
    ['127.0.0.1.', false],
    ['', false],
    [undefined, false],
  ])('on loopback %s: %s', (host, allowed) => {
    const hosts = allowedHosts(server({ public_url: 'https://code.example.org/aicli' }));
    expect(hostAllowed(hosts, host)).toBe(allowed);
  });

  it('knows every loopback address', () => {
    expect(allowedHosts(server({ host: '::1' }))).toContain('[::1]');
    expect(allowedHosts(server({ host: '127.0.0.2' }))).toContain('127.0.0.2');
    expect(allowedHosts(server({ host: 'localhost' }))).not.toBeNull();
  });

  it('answers to any name where it listens to the network', () => {
    expect(hostAllowed(allowedHosts(server({ host: '0.0.0.0' })), 'anything')).toBe(true);
  });
});

it('reads the name of a Host header', () => {
  expect(hostName('Example.org:80')).toBe('example.org');
  expect(hostName('[::1]')).toBe('[::1]');
  expect(hostName('a b')).toBeNull();
});
