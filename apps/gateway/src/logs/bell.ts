/** Wakes the one who waits: a ring before the wait counts too, so nothing is missed between looking and waiting. */
export class Bell {
  private rung = false;
  private wake: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.wake?.();
  }

  /** True if it was rung, false after the time (milliseconds) or when the signal aborts. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, timeoutMs);
        function done(): void {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        }
        this.wake = done;
        signal.addEventListener('abort', done);
      });
      this.wake = undefined;
    }
    const rung = this.rung;
    this.rung = false;
    return rung;
  }
}
