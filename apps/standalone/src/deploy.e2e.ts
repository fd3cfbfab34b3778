import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startRedis } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const engine = ['-f', 'deploy/compose/docker-engine.yml'];
const run = promisify(execFile);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/deploy-');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function compose(more: string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run('docker-compose', ['-f', 'docker-compose.yml', ...more, 'config'], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: folder, ...env },
  });
  return stdout;
}

/** Only as far as it goes without an engine: the image is built and run in a later part. */
describe('docker-compose.yml', () => {
  it('is valid, opens only the loopback, and gives nobody the Docker socket', async () => {
    const config = await compose([]);
    expect(config).not.toContain('docker.sock');
    expect(config).toContain('127.0.0.1:7780:7780');
    expect(config.match(/ports:/g)).toHaveLength(1);
    expect(config.match(/no-new-privileges:true/g)).toHaveLength(2);
    expect(config).not.toMatch(/AICLI_REDIS_URL|PASSWORD:|API_KEY:/);
  });

  it('gives the Docker socket only to who asks for it, and then by its group', async () => {
    expect(await compose(engine, { DOCKER_GID: '998' })).toMatch(/group_add:\s+- '?998/);
    await expect(compose(engine)).rejects.toThrow('set DOCKER_GID');
  });

  it('configures Redis as the platform needs it: a real one takes the file', async () => {
    const own = readFileSync(join(root, 'deploy/compose/redis.conf'), 'utf8').split('\n');
    const settings = own
      .filter((line) => /^(append|save|maxmemory)/.test(line))
      .flatMap((line) => {
        const [key = '', ...value] = line.split(' ');
        return [`--${key}`, value.join(' ').replaceAll('"', '')];
      });
    const redis = await startRedis({ args: settings });
    const client = new Redis(redis.url);
    const read = async (key: string): Promise<unknown> => ((await client.config('GET', key)) as string[])[1];
    expect([await read('appendonly'), await read('maxmemory-policy'), await read('save')]).toEqual([
      'yes',
      'noeviction',
      '',
    ]);
    client.disconnect();
    await redis.stop();
  });
});
