import { DomainError, sessionEnded } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';

import { EndedSessions } from './ended-sessions.js';
import type { Principal } from './principal.js';

/** Why an open stream or socket is closed by us; the abort reason of its signal. */
export type CloseReason = 'session_ended' | 'token_expired' | 'stopping';

export interface OpenStream {
  /** Aborts when the stream has to close; the reason is a CloseReason. */
  signal: AbortSignal;
  /** To be called when it is closed. */
  release(): void;
}

interface Stream {
  principal: Principal;
  controller: AbortController;
}

/** Streams and sockets that one user may hold open at this gateway. */
const perUser = 64;
const checkEveryMs = 15_000;

/**
 * Everything that stays open for a signed-in user (SSE, sockets) lives here: it closes when the session ends, when the access
 * token runs out (the client comes back with a fresh one) and when the gateway stops.
 */
@Injectable()
export class OpenStreams implements OnApplicationBootstrap {
  private readonly streams = new Set<Stream>();
  private stopped = false;

  constructor(
    private readonly context: ServiceContext,
    private readonly endedSessions: EndedSessions,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.context.events.subscribe(sessionEnded, ({ session_id: sessionId }) => this.endSession(sessionId));
    const timer = setInterval(() => void this.checkSessions(), checkEveryMs);
    this.context.onStop('open streams', () => {
      clearInterval(timer);
      this.stop();
      return Promise.resolve();
    });
  }

  /** DomainError `request.rate_limited` if the user holds too many. */
  open(principal: Principal): OpenStream {
    const held = [...this.streams].filter(
      (stream) => stream.principal.actor.user_id === principal.actor.user_id,
    ).length;
    if (held >= perUser) {
      throw new DomainError(
        'request.rate_limited',
        `You have ${perUser} live streams open, which is the most at once. Close one first.`,
        { retry_after_s: 5 },
      );
    }
    const stream = { principal, controller: new AbortController() };
    if (this.stopped) stream.controller.abort('stopping' satisfies CloseReason);
    this.streams.add(stream);
    const expiry = setTimeout(
      () => stream.controller.abort('token_expired' satisfies CloseReason),
      Math.min(Math.max(0, principal.expiresAt - Date.now()), 2 ** 31 - 1),
    );
    const release = (): void => {
      clearTimeout(expiry);
      this.streams.delete(stream);
    };
    return { signal: stream.controller.signal, release };
  }

  stop(): void {
    this.stopped = true;
    for (const { controller } of this.streams) controller.abort('stopping' satisfies CloseReason);
  }

  private endSession(sessionId: string): void {
    for (const { principal, controller } of this.streams) {
      if (principal.sessionId === sessionId) controller.abort('session_ended' satisfies CloseReason);
    }
  }

  /** The event may have been lost: the key in Redis is the truth. */
  private async checkSessions(): Promise<void> {
    for (const sessionId of new Set([...this.streams].map(({ principal }) => principal.sessionId))) {
      try {
        await this.endedSessions.refuse(sessionId);
      } catch (error) {
        if (error instanceof DomainError && error.code === 'auth.session_ended') this.endSession(sessionId);
      }
    }
  }
}
