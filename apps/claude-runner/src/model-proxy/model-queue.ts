/** The credential rests: the model API has asked for it. */
export class Resting extends Error {
  constructor(
    readonly status: number,
    readonly remainingMs: number,
  ) {
    super('the model API has asked to wait');
  }
}

interface Waiter {
  process: object;
  admit(): void;
  refuse(reason: Error): void;
}

interface Rest {
  credential: string;
  status: number;
  /** By performance.now(). */
  until: number;
}

/** A rest that is longer than this is not worth holding a task's slot for: the task fails and is tried again later. */
const longestWaitMs = 10_000;
/** After this one request goes out and learns anew, whatever was asked for. */
const longestRestMs = 3_600_000;

/**
 * Who may ask the model now. So many requests at once as the credential bears; the next turn goes to the process that has the
 * fewest, and among equals to the one that waits longest. While the credential rests nobody has a turn.
 */
export class ModelQueue {
  private readonly underWay = new Map<object, number>();
  private readonly waiting: Waiter[] = [];
  private count = 0;
  private resting: Rest | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly max: number) {}

  /**
   * Resolves, when it is its turn, with the function that gives the turn back.
   * @param credential names it: a rest is over when another one is configured
   * @throws Resting where the rest is too long to be waited for; the signal's reason
   */
  enter(process: object, credential: string, signal: AbortSignal): Promise<() => void> {
    if (this.resting && this.resting.credential !== credential) this.resting = null;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(asError(signal.reason));
      };
      const waiter: Waiter = {
        process,
        admit: () => {
          signal.removeEventListener('abort', leave);
          resolve(this.begin(process));
        },
        refuse: (reason) => {
          signal.removeEventListener('abort', leave);
          reject(reason);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(waiter);
      this.next();
    });
  }

  /** The model API has asked to leave it alone for so long. */
  rest(credential: string, status: number, ms: number): void {
    const until = performance.now() + Math.min(ms, longestRestMs);
    if (this.resting?.credential === credential && this.resting.until >= until) return;
    this.resting = { credential, status, until };
    this.next();
  }

  private begin(process: object): () => void {
    this.count += 1;
    this.underWay.set(process, this.of(process) + 1);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.count -= 1;
      const left = this.of(process) - 1;
      if (left > 0) this.underWay.set(process, left);
      else this.underWay.delete(process);
      this.next();
    };
  }

  private of(process: object): number {
    return this.underWay.get(process) ?? 0;
  }

  private next(): void {
    if (this.rests()) return;
    while (this.count < this.max) {
      const fewest = Math.min(...this.waiting.map(({ process }) => this.of(process)));
      const index = this.waiting.findIndex(({ process }) => this.of(process) === fewest);
      const [waiter] = index < 0 ? [] : this.waiting.splice(index, 1);
      if (!waiter) return;
      waiter.admit();
    }
  }

  /** True while the credential rests: then all who wait are sent away, or looked at again at its end. */
  private rests(): boolean {
    const remaining = this.resting ? this.resting.until - performance.now() : 0;
    if (!this.resting || remaining <= 0) {
      this.resting = null;
      return false;
    }
    if (remaining > longestWaitMs) {
      const reason = new Resting(this.resting.status, Math.ceil(remaining));
      for (const waiter of this.waiting.splice(0)) waiter.refuse(reason);
      return true;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.next(), Math.ceil(remaining)).unref();
    return true;
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
