import { frameBurst, framesPerSecond } from './limits.js';

/** A bucket of frames that fills again with time: short bursts pass, a flood does not. */
export class FrameRate {
  private left = frameBurst;
  private at: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.at = now();
  }

  take(): boolean {
    const now = this.now();
    this.left = Math.min(frameBurst, this.left + ((now - this.at) / 1000) * framesPerSecond);
    this.at = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
