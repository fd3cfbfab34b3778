import { DomainError, endedSessionKey } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';

const timeoutMs = 2000;

/** Sessions that ended while access tokens of them still run. */
@Injectable()
export class EndedSessions {
  constructor(private readonly context: ServiceContext) {}

  /** DomainError `auth.session_ended` if it has ended, `storage.unavailable` if that cannot be known: never open by default. */
  async refuse(sessionId: string): Promise<void> {
    if (await this.has(sessionId)) {
      throw new DomainError('auth.session_ended', 'This session has ended. Sign in again.');
    }
  }

  private async has(sessionId: string): Promise<boolean> {
    try {
      return (await withTimeout(this.context.redis.shared.exists(endedSessionKey(sessionId)))) > 0;
    } catch (cause) {
      throw new DomainError(
        'storage.unavailable',
        'Redis does not answer, so it is not known whether this session has ended. Try again in a moment.',
        {},
        { cause },
      );
    }
  }
}

async function withTimeout<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
