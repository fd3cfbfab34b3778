import { hostname } from 'node:os';

import { describe, expect, it } from '@jest/globals';

import { setupLink, setupNotice } from './setup-link.js';

describe('setupLink', () => {
  it.each([
    [
      'a public URL',
      { host: '0.0.0.0', port: 7780, public_url: 'https://ai.example.org/' },
      'https://ai.example.org/setup?token=t',
    ],
    [
      'a public URL with a path',
      { host: '::', port: 1, public_url: 'https://example.org/ai' },
      'https://example.org/ai/setup?token=t',
    ],
    ['a host', { host: '127.0.0.1', port: 7780 }, 'http://127.0.0.1:7780/setup?token=t'],
    ['an IPv6 host', { host: '::1', port: 7780 }, 'http://[::1]:7780/setup?token=t'],
    ['all addresses', { host: '0.0.0.0', port: 80 }, `http://${hostname()}:80/setup?token=t`],
    ['all IPv6 addresses', { host: '::', port: 80 }, `http://${hostname()}:80/setup?token=t`],
    [
      'a port still to be chosen',
      { host: '127.0.0.1', port: 0 },
      'http://127.0.0.1:<port of the gateway>/setup?token=t',
    ],
  ])('of %s', (_what, server, link) => {
    expect(setupLink(server, 't')).toBe(link);
  });

  it('stands in the notice, with the way without a browser and how long it works', () => {
    const notice = setupNotice({ host: '127.0.0.1', port: 7780 }, 'aicli_su_x');
    expect(notice).toContain('http://127.0.0.1:7780/setup?token=aicli_su_x');
    expect(notice).toContain('aicli login --setup');
    expect(notice).toContain('24 hours');
  });
});
