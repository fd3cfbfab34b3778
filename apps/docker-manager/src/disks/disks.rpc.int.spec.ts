import { disksRpc, newId } from '@aicode/contracts';
import { loadConfig, startService, type RunningService } from '@aicode/service-kit';
import { mountsBelow, startRedis, tempDir, type RunningRedis, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { DisksModule } from './disks.module.js';

let home: TempDir;
let redis: RunningRedis;
let running: RunningService | undefined;

beforeEach(async () => {
  home = await tempDir('disks-rpc');
  redis = await startRedis();
});
afterEach(async () => {
  await running?.stop();
  await redis.stop();
  await home.remove();
});

async function start(mechanism: string): Promise<RunningService> {
  const config = loadConfig({
    home: home.path,
    env: { AICLI_LOG_LEVEL: 'silent', AICLI_DOCKER_DISK_MECHANISM: mechanism },
  });
  const definition = { name: 'docker-manager' as const, module: DisksModule };
  running = await startService(definition, { home: home.path, config, redisUrl: redis.url });
  return running;
}

describe('disks on the bus', () => {
  it('are prepared by the mechanism of the node, and unmounted when the service stops', async () => {
    const service = await start('auto');
    const disks = service.context.rpc.client(disksRpc);
    const { mechanism } = await disks.mechanism({});
    const prepared = await disks.prepare({ workspace_id: newId('workspace'), bytes: 64 * 1024 ** 2 });
    expect(prepared).toEqual({ mechanism });
    expect(await mountsBelow(home.path)).toHaveLength(mechanism === 'loop' ? 1 : 0);
    await service.stop();
    expect(await mountsBelow(home.path)).toEqual([]);
  });

  it('say why they are only measured', async () => {
    const { context } = await start('measured');
    const answer = await context.rpc.client(disksRpc).mechanism({});
    expect(answer).toEqual({ mechanism: 'measured', reason: expect.stringContaining('docker.disk_mechanism') });
  });
});
