import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { engineAddress } from './engine-address.js';

const folder = mkdtempSync(join(tmpdir(), 'certs-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the address of the engine', () => {
  it.each([
    ['unix:///run/user/1/docker.sock', { socketPath: '/run/user/1/docker.sock' }],
    ['unix://', { socketPath: '/usual.sock' }],
    ['tcp://10.0.0.5:2375', { host: '10.0.0.5', port: '2375', protocol: 'http' }],
    ['10.0.0.5', { host: '10.0.0.5', port: 2375, protocol: 'http' }],
    ['tcp://engine:2376', { host: 'engine', port: '2376', protocol: 'https' }],
    ['https://engine', { host: 'engine', port: 2376, protocol: 'https' }],
    ['tcp://[::1]:2375', { host: '::1', port: '2375' }],
  ])('is read from DOCKER_HOST=%s', (DOCKER_HOST, expected) => {
    expect(engineAddress({ DOCKER_HOST }, ['/usual.sock']).options).toMatchObject(expected);
  });

  it.each(['ssh://me@engine', 'npipe:////./pipe/docker_engine', 'tcp://', 'tcp://a b', 'nonsense://x'])(
    'refuses DOCKER_HOST=%s with what it must be',
    (DOCKER_HOST) => {
      expect(() => engineAddress({ DOCKER_HOST })).toThrow(
        'DOCKER_HOST must be unix:///path/of/docker.sock or tcp://host:port',
      );
    },
  );

  it('is the first usual socket that exists, the first of all when none does', () => {
    expect(engineAddress({}, ['/nowhere/1', '/proc/self/stat', '/proc/self/maps']).options.socketPath).toBe(
      '/proc/self/stat',
    );
    expect(engineAddress({}, ['/nowhere/1', '/nowhere/2']).options.socketPath).toBe('/nowhere/1');
    expect(engineAddress({ XDG_RUNTIME_DIR: '/run/user/7' }).options.socketPath).toMatch(/docker\.sock$/);
  });

  it('takes the certificates that DOCKER_CERT_PATH names, and says what it must hold', () => {
    for (const name of ['ca', 'cert', 'key']) writeFileSync(join(folder, `${name}.pem`), name);
    const env = { DOCKER_HOST: 'tcp://engine:1', DOCKER_TLS_VERIFY: '1' };
    expect(engineAddress({ ...env, DOCKER_CERT_PATH: folder }).options).toMatchObject({
      protocol: 'https',
      ca: Buffer.from('ca'),
      key: Buffer.from('key'),
    });
    expect(() => engineAddress({ ...env, DOCKER_CERT_PATH: '/nowhere' })).toThrow('DOCKER_CERT_PATH must be a folder');
  });
});
