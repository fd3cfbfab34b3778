import { ServerConfig } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { originAllowed } from './allowed-origins.js';

const server = (values: object) => ServerConfig.parse({ server: values }).server;
const host = 'localhost:7780';

describe('originAllowed', () => {
  it.each([
    [undefined, true],
    ['http://localhost:7780', true],
    ['https://code.example.org', true],
    ['https://other.example.org', true],
    ['http://localhost:8080', false],
    ['http://evil.org', false],
    ['null', false],
    ['', false],
    ['file://localhost:7780', false],
    ['http://other.example.org', false],
  ])('%s: %s', (origin, allowed) => {
    const config = server({ public_url: 'https://code.example.org', cors_origins: ['https://other.example.org'] });
    expect(originAllowed(config, { origin, host })).toBe(allowed);
  });

  it('lets every page in where the administrator says so', () => {
    expect(originAllowed(server({ cors_origins: ['*'] }), { origin: 'https://any.org', host })).toBe(true);
  });
});
