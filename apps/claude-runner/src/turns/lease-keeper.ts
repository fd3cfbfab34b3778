import type { LogStore } from '@aicode/task-log';

export interface LeaseEvents {
  lost(reason: string): void;
  cancelRequested(): void;
  persisted(seq: number): void;
}

/** Renews an attempt's lease. Once it could not for the lease's own time to live, it counts as lost, whatever Redis would say. */
export class LeaseKeeper {
  private readonly timer: NodeJS.Timeout;
  private renewedAt = performance.now();
  private renewing = false;

  constructor(
    private readonly store: LogStore,
    private readonly lease: { taskId: string; attempt: number; ttlMs: number },
    private readonly events: LeaseEvents,
  ) {
    this.timer = setInterval(() => void this.renew(), lease.ttlMs / 5);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    if (this.renewing) return this.checkAge();
    this.renewing = true;
    const { taskId, attempt, ttlMs } = this.lease;
    const asked = performance.now();
    try {
      const answer = await this.store.renewLease(taskId, attempt, ttlMs);
      if (!answer.held) return this.lose('the lease has run out');
      this.renewedAt = asked;
      this.events.persisted(answer.persisted);
      if (answer.cancelRequested) this.events.cancelRequested();
    } catch {
      this.checkAge();
    } finally {
      this.renewing = false;
    }
  }

  private checkAge(): void {
    if (performance.now() - this.renewedAt > this.lease.ttlMs)
      this.lose('Redis was away for longer than the lease lives');
  }

  private lose(reason: string): void {
    this.stop();
    this.events.lost(reason);
  }
}
