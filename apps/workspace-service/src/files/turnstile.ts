import { DomainError } from '@aicode/contracts';

/** How many may be at work at once: in all, and for one key; and how many may wait. */
export interface TurnstileLimits {
  atWork: number;
  atWorkOfOne: number;
  waiting: number;
}

interface Waiting {
  key: string;
  go(): void;
}

/** Lets work begin in the order it came, as far as there are places: one workspace alone cannot take them all. */
export class Turnstile {
  private readonly atWork = new Map<string, number>();
  private readonly queue: Waiting[] = [];
  private total = 0;

  constructor(private readonly limits: TurnstileLimits) {}

  /** @throws DomainError storage.busy if too many wait already */
  async pass<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.enter(key);
    try {
      return await work();
    } finally {
      this.leave(key);
    }
  }

  private enter(key: string): Promise<void> {
    if (this.isFree(key)) {
      this.take(key);
      return Promise.resolve();
    }
    if (this.queue.length >= this.limits.waiting) {
      throw new DomainError('storage.busy', 'Too many files are being read at the moment. Try again in some seconds.', {
        retry_after_s: 2,
      });
    }
    return new Promise((resolve) => {
      this.queue.push({ key, go: resolve });
    });
  }

  private leave(key: string): void {
    this.total -= 1;
    const left = (this.atWork.get(key) ?? 1) - 1;
    if (left === 0) this.atWork.delete(key);
    else this.atWork.set(key, left);
    const index = this.queue.findIndex((waiting) => this.isFree(waiting.key));
    const [next] = index < 0 ? [] : this.queue.splice(index, 1);
    if (!next) return;
    this.take(next.key);
    next.go();
  }

  private isFree(key: string): boolean {
    return this.total < this.limits.atWork && (this.atWork.get(key) ?? 0) < this.limits.atWorkOfOne;
  }

  private take(key: string): void {
    this.total += 1;
    this.atWork.set(key, (this.atWork.get(key) ?? 0) + 1);
  }
}
