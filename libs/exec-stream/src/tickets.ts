import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import type { ServedExec } from './exec.js';

export interface Ticket {
  exec: ServedExec;
  /** Called instead of `exec.start`, if that will never be called. */
  onUnused: () => void;
}

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/** One-time tickets. One that is not taken in time is gone, and says so. */
export class Tickets {
  private readonly open = new Map<string, Ticket & { token: Buffer; timer: NodeJS.Timeout }>();
  /** Compared with where there is no such ticket, so that the time of an answer tells nothing. */
  private readonly nobody = randomBytes(32);

  constructor(private readonly lifeMs: number) {}

  issue(ticket: Ticket): { id: string; token: string } {
    const id = randomBytes(16).toString('hex');
    const token = randomBytes(32).toString('base64url');
    const timer = setTimeout(() => {
      this.open.delete(id);
      ticket.onUnused();
    }, this.lifeMs);
    this.open.set(id, { ...ticket, token: digest(token), timer });
    return { id, token };
  }

  /** A wrong token leaves the ticket to whoever has the right one. */
  take(id: string, token: string): Ticket | undefined {
    const found = this.open.get(id);
    if (!timingSafeEqual(digest(token), found?.token ?? this.nobody) || !found) return undefined;
    clearTimeout(found.timer);
    this.open.delete(id);
    return found;
  }

  close(): void {
    for (const { timer, onUnused } of this.open.values()) {
      clearTimeout(timer);
      onUnused();
    }
    this.open.clear();
  }
}
