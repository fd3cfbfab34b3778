import type { Redis } from 'ioredis';

const refreshMs = 2000;
const firstSamples = 3;
/** How much the two clocks may run apart: 100 ppm, more than any real clock. */
const driftPerMs = 1e-4;

interface Estimate {
  /** Redis' time minus performance.now(). */
  offset: number;
  /** Redis' time is within this of the estimate (ms). */
  error: number;
  /** performance.now() of the estimate. */
  at: number;
}

/**
 * Redis' clock, read without asking: performance.now() (which nobody sets) plus an offset measured by TIME. A sample is
 * as good as its round trip was short; one taken across a pause of this process is worse than the one before and not used.
 */
export class RedisClock {
  private estimate: Estimate | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly redis: Redis) {}

  async start(): Promise<void> {
    for (let i = 0; i < firstSamples; i += 1) await this.sample();
    // Another Redis may have taken over, with a clock of its own.
    this.redis.on('ready', this.refresh);
    this.timer = setInterval(this.refresh, refreshMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.redis.off('ready', this.refresh);
  }

  /** performance.now() at which Redis' clock shows this time (ms since 1970), rather too early than too late. */
  localTimeOf(redisMs: number): number {
    if (!this.estimate) throw new Error('The clock has not been started.');
    const { offset } = this.estimate;
    return redisMs - offset - errorNow(this.estimate, performance.now());
  }

  /** Redis' time (ms since 1970), rather too late than too early. */
  now(): number {
    if (!this.estimate) throw new Error('The clock has not been started.');
    const local = performance.now();
    return local + this.estimate.offset + errorNow(this.estimate, local);
  }

  /** While Redis is away the old estimate serves, and its error grows with its age. */
  private readonly refresh = (): void => {
    this.sample().catch(() => undefined);
  };

  private async sample(): Promise<void> {
    const before = performance.now();
    const [seconds, micros] = await this.redis.time();
    const after = performance.now();
    const redisMs = Number(seconds) * 1000 + Number(micros) / 1000;
    const fresh = { offset: redisMs - (before + after) / 2, error: (after - before) / 2, at: after };
    if (!this.estimate || isBetter(fresh, this.estimate)) this.estimate = fresh;
  }
}

function errorNow(estimate: Estimate, now: number): number {
  return estimate.error + (now - estimate.at) * driftPerMs;
}

/** Better is what is surer by now; and what contradicts the old one, for then Redis' clock was set or Redis moved. */
function isBetter(fresh: Estimate, old: Estimate): boolean {
  const oldError = errorNow(old, fresh.at);
  return fresh.error <= oldError || Math.abs(fresh.offset - old.offset) > fresh.error + oldError;
}
