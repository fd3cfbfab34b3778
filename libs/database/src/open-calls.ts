import { DomainError } from '@aicode/contracts';

/** The calls that run on something that can be closed: closing refuses new ones and waits for these. */
export class OpenCalls {
  private readonly running = new Set<Promise<unknown>>();
  private closing: Promise<void> | undefined;

  run<T>(call: () => Promise<T>): Promise<T> {
    if (this.closing) {
      return Promise.reject(new DomainError('storage.unavailable', 'The database is closed: the service is stopping.'));
    }
    const running = call();
    this.running.add(running);
    const done = () => this.running.delete(running);
    running.then(done, done);
    return running;
  }

  /** Runs `close` once, after the last call. */
  end(close: () => Promise<void>): Promise<void> {
    this.closing ??= Promise.allSettled(this.running).then(close);
    return this.closing;
  }
}
