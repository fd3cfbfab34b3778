import { ServerConfig } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { fromOwnPage, requireOwnPage } from './own-pages.js';

const { server } = ServerConfig.parse({
  server: { public_url: 'https://ai.example.org', cors_origins: ['https://friend.example.org', '*'] },
});
const host = '127.0.0.1:7780';

describe('fromOwnPage', () => {
  it.each([
    ['http://127.0.0.1:7780', undefined, true],
    ['https://ai.example.org', undefined, true],
    [undefined, 'same-origin', true],
    ['http://127.0.0.1:7781', undefined, false],
    ['http://localhost:7780', undefined, false],
    ['http://ai.example.org', undefined, false],
    ['https://ai.example.org.evil.org', undefined, false],
    ['https://friend.example.org', undefined, false],
    ['https://evil.org', 'cross-site', false],
    ['null', undefined, false],
    ['file://127.0.0.1:7780', undefined, false],
    [undefined, 'same-site', false],
    [undefined, 'none', false],
    [undefined, undefined, false],
  ])('Origin %s, Sec-Fetch-Site %s: %s', (origin, site, own) => {
    const headers = { host, ...(origin ? { origin } : {}), ...(site ? { 'sec-fetch-site': site } : {}) };
    expect(fromOwnPage(server, headers)).toBe(own);
    const refused = expect(() => requireOwnPage(server, { ...headers, 'x-aicode-request': '1' }));
    if (own) refused.not.toThrow();
    else refused.toThrow('Programs send Authorization');
    expect(() => requireOwnPage(server, headers)).toThrow('X-AICode-Request: 1');
  });
});
