import { DomainError, endedSessionKey } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';

import { redisAnswer } from '../redis/redis-answer.js';

/** Sessions that ended while access tokens of them still run. */
@Injectable()
export class EndedSessions {
  constructor(private readonly context: ServiceContext) {}

  /** DomainError `auth.session_ended` if it has ended, `storage.unavailable` if that cannot be known: never open by default. */
  async refuse(sessionId: string): Promise<void> {
    const ended = this.context.redis.shared.exists(endedSessionKey(sessionId));
    if ((await redisAnswer(ended, 'it is not known whether this session has ended')) === 0) return;
    throw new DomainError('auth.session_ended', 'This session has ended. Sign in again.');
  }
}
