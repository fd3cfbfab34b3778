import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { findRedisServer, redisInstallCommand, requireRedisServer } from './find-server.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/find-');
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, '');
  chmodSync(path, mode);
  return path;
}

describe('finding a Redis server', () => {
  it('takes redis-server before valkey-server, from PATH', () => {
    const valkey = program('valkey-server');
    expect(findRedisServer(`/nowhere:${folder}`)).toBe(valkey);
    const redis = program('redis-server');
    expect(findRedisServer(`/nowhere:${folder}`)).toBe(redis);
  });

  it('takes no folder, no file that cannot be run, and nothing by a relative PATH', () => {
    mkdirSync(join(folder, 'redis-server'));
    program('valkey-server', 0o644);
    expect(findRedisServer(folder)).toBeNull();
    program('valkey-server');
    expect(findRedisServer(folder.slice(1))).toBeNull();
  });

  it('names the command that installs one', () => {
    expect(redisInstallCommand('linux')).toBe('sudo apt-get install redis-server');
    expect(() => requireRedisServer('', 'linux')).toThrow(
      expect.objectContaining({ code: 'platform.redis_missing', message: expect.stringContaining('AICLI_REDIS_URL') }),
    );
    expect(redisInstallCommand('darwin')).toBe('brew install redis');
  });
});
