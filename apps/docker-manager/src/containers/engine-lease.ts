import { randomUUID } from 'node:crypto';

import type { ServiceContext } from '@aicode/service-kit';

type Redis = ServiceContext['redis']['shared'];

/** One who was killed is believed to be there for so long, in milliseconds. */
export const leaseMs = 6000;

const takeOrKeep = `local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;
const giveBack = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** Which docker-manager of a home serves an engine: rooms are handed out from the memory of one. */
export class EngineLease {
  private readonly me = randomUUID();
  private readonly key: string;

  constructor(
    private readonly redis: Redis,
    homeId: string,
    engineId: string,
  ) {
    this.key = `aicode:docker-manager:${homeId}:${engineId}`;
  }

  /** Takes it, or keeps it for another while. False: another one has it. */
  async hold(): Promise<boolean> {
    return (await this.redis.eval(takeOrKeep, 1, this.key, this.me, leaseMs)) === 1;
  }

  async release(): Promise<void> {
    await this.redis.eval(giveBack, 1, this.key, this.me);
  }
}
