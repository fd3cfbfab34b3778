/**
 * Watches the statements of one transaction. PostgreSQL refuses everything after a failed statement and then answers
 * COMMIT with a silent rollback; SQLite goes on, or has rolled back by itself when the disk is full, and would run the rest
 * outside of any transaction. Here both do the same: the first failure ends the transaction, and the write rejects with it.
 */
export class StatementWatch {
  private readonly running = new Set<Promise<unknown>>();
  private failed: { error: unknown } | undefined;
  private ended = false;

  async run<T>(statement: () => Promise<T>): Promise<T> {
    if (this.ended) throw new Error('The transaction has ended; its manager is of no use any more.');
    this.refuseAfterFailure();
    const running = statement();
    this.running.add(running);
    try {
      return await running;
    } catch (error) {
      this.failed ??= { error };
      throw error;
    } finally {
      this.running.delete(running);
    }
  }

  refuseAfterFailure(): void {
    if (this.failed) throw this.failed.error;
  }

  /** A savepoint was rolled back: what failed since then is undone. */
  forgiven(): void {
    this.failed = undefined;
  }

  /** No more statements from here; those that nobody awaited are finished first. */
  async end(): Promise<void> {
    this.ended = true;
    await Promise.allSettled(this.running);
  }
}
