import { storageBusy } from '../storage-error.js';

interface Waiting {
  start: () => void;
}

/** One at a time, in the order of arrival. */
export class WriteQueue {
  private readonly waiting: Waiting[] = [];
  private busy = false;

  /** Runs `work` when its turn comes; rejects with `storage.busy` if that takes longer than `turnMs`. */
  async run<T>(work: () => Promise<T>, turnMs: number): Promise<T> {
    await this.turn(turnMs);
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next.start();
      else this.busy = false;
    }
  }

  private turn(turnMs: number): Promise<void> {
    if (!this.busy) {
      this.busy = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        start: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(storageBusy());
      }, turnMs);
      this.waiting.push(entry);
    });
  }
}
