export interface Rate {
  /** How many may come at once. */
  burst: number;
  /** How many each second gives back. */
  perSecond: number;
}

/** A bucket that fills again with time: bursts pass, a flood does not. */
export class RateBucket {
  private left: number;
  private at: number;

  constructor(
    private readonly rate: Rate,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.left = rate.burst;
    this.at = now();
  }

  take(): boolean {
    this.refill();
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }

  /** True if nothing was taken lately: a new bucket would be the same. */
  get isFull(): boolean {
    this.refill();
    return this.left === this.rate.burst;
  }

  private refill(): void {
    const now = this.now();
    this.left = Math.min(this.rate.burst, this.left + ((now - this.at) / 1000) * this.rate.perSecond);
    this.at = now;
  }
}
