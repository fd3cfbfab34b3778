import { randomBytes } from 'node:crypto';

import { Actor, WorkspaceId } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { apiPrefix } from '../http/api-path.js';
import { redisAnswer } from '../redis/redis-answer.js';

/** Where a program waits for its streams, and who asked for it. The token that opens it is not here: only its user has it. */
const ExecAddress = z.object({
  url: z.url(),
  actor: Actor,
  session_id: z.string(),
  workspace_id: WorkspaceId,
});
export type ExecAddress = z.infer<typeof ExecAddress>;

const lifeS = 30;
const places = `${apiPrefix}/exec/`;

/** Addresses of programs by ids that say nothing, in Redis: the client may come back to another gateway. */
@Injectable()
export class ExecAddresses {
  constructor(private readonly context: ServiceContext) {}

  /** The path where the program can be reached once, within half a minute. */
  async keep(address: ExecAddress): Promise<string> {
    const id = randomBytes(16).toString('hex');
    const kept = this.context.redis.shared.set(keyOf(id), JSON.stringify(address), 'EX', lifeS);
    await redisAnswer(kept, 'the program cannot be run');
    return `${places}${id}`;
  }

  /** Undefined if there is nothing at that path, or no longer. */
  async take(path: string): Promise<ExecAddress | undefined> {
    const id = idOf(path);
    if (id === undefined) return undefined;
    const found = await redisAnswer(this.context.redis.shared.getdel(keyOf(id)), 'the program cannot be found');
    return found === null ? undefined : ExecAddress.parse(JSON.parse(found));
  }
}

/** The id in a path that is ours by its shape. */
export function idOf(path: string): string | undefined {
  const id = path.startsWith(places) ? path.slice(places.length) : '';
  return /^[0-9a-f]{32}$/.test(id) ? id : undefined;
}

function keyOf(id: string): string {
  return `gateway:exec:${id}`;
}
