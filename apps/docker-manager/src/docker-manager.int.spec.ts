import { containersRpc, healthRpc } from '@aicode/contracts';
import { loadConfig, startService, type RunningService } from '@aicode/service-kit';
import { startRedis, tempDir, type RunningRedis, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { serveEngine } from './containers/fixtures/engine-protocol.js';
import { dockerManagerService } from './index.js';

let home: TempDir;
let redis: RunningRedis;
let running: RunningService | undefined;
const { DOCKER_HOST } = process.env;

beforeEach(async () => {
  home = await tempDir('dm');
  redis = await startRedis();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await redis.stop();
  await home.remove();
  if (DOCKER_HOST === undefined) delete process.env['DOCKER_HOST'];
  else process.env['DOCKER_HOST'] = DOCKER_HOST;
});

async function start(): Promise<RunningService> {
  const config = loadConfig({ home: home.path, env: { AICLI_LOG_LEVEL: 'silent', AICLI_EXECUTOR_KIND: 'process' } });
  running = await startService(dockerManagerService, { home: home.path, config, redisUrl: redis.url });
  return running;
}

describe('docker-manager on the bus', () => {
  it('reports the engine, asked once for many callers', async () => {
    const engine = await serveEngine();
    process.env['DOCKER_HOST'] = `unix://${engine.socket}`;
    const { context } = await start();
    const containers = context.rpc.client(containersRpc);
    const answers = await Promise.all(Array.from({ length: 20 }, () => containers.engine({})));
    expect(answers.every((answer) => answer.state === 'up' && answer.version === '28.2.2')).toBe(true);
    expect(engine.requests.filter((request) => request === 'GET /version')).toHaveLength(1);
    const health = await context.rpc.client(healthRpc('docker-manager')).check({});
    expect(health.dependencies).toContainEqual({ name: 'docker-engine', state: 'up', reason: null });
    await engine.close();
  });

  it('is degraded, not down, without one, and names no path of the host', async () => {
    process.env['DOCKER_HOST'] = `unix://${home.path}/docker.sock`;
    const { context } = await start();
    const engine = await context.rpc.client(containersRpc).engine({});
    expect(engine).toMatchObject({ state: 'missing', version: null });
    const health = await context.rpc.client(healthRpc('docker-manager')).check({});
    expect(health.dependencies).toContainEqual({
      name: 'docker-engine',
      state: 'degraded',
      reason: expect.stringContaining('No Docker engine was found at the socket of DOCKER_HOST'),
    });
    expect(JSON.stringify([engine, health])).not.toContain(home.path);
  });
});
