import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { configuredAddress } from './configured-address.js';

let home: TempDir;
beforeEach(async () => {
  home = await tempDir('cli');
});
afterEach(() => home.remove());

describe('configuredAddress', () => {
  it.each<[string, Record<string, string>, string]>([
    ['', {}, 'http://127.0.0.1:7780'],
    ['server: { port: 8080 }', {}, 'http://127.0.0.1:8080'],
    ['server: { port: 8080 }', { AICLI_SERVER_PORT: '9090' }, 'http://127.0.0.1:9090'],
    ['server: { host: 0.0.0.0 }', {}, 'http://127.0.0.1:7780'],
    ['server: { host: "::", port: 1 }', {}, 'http://[::1]:1'],
    ['server: { host: "fe80::1" }', {}, 'http://[fe80::1]:7780'],
    ['server: { host: box.example.org }', {}, 'http://box.example.org:7780'],
    ['server: { port: many }', {}, 'http://127.0.0.1:7780'],
  ])('of %j with %j is %s', async (text, env, address) => {
    const file = join(home.path, 'server.yaml');
    await writeFile(file, text);
    expect(await configuredAddress(file, env)).toBe(address);
  });

  it('needs no file, and says what is wrong with one', async () => {
    const file = join(home.path, 'server.yaml');
    expect(await configuredAddress(file, {})).toBe('http://127.0.0.1:7780');
    await writeFile(file, 'server: [');
    await expect(configuredAddress(file, {})).rejects.toMatchObject({ code: 'config.invalid' });
  });
});
