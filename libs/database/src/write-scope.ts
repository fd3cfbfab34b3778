import { AsyncLocalStorage } from 'node:async_hooks';

/** Tells a call inside a write from one beside it, so that a nested write is refused instead of waiting for itself. */
export class WriteScope {
  private readonly storage = new AsyncLocalStorage<{ open: boolean }>();

  /** Work that was started inside and lives on after the write has ended counts as outside. */
  async enter<T>(work: () => Promise<T>): Promise<T> {
    const scope = { open: true };
    try {
      return await this.storage.run(scope, work);
    } finally {
      scope.open = false;
    }
  }

  refuseInside(what: 'write' | 'read'): void {
    if (!this.storage.getStore()?.open) return;
    throw new Error(
      what === 'write'
        ? 'write() was called inside write(): it would wait for itself. Use the manager of the outer write.'
        : 'read() was called inside write(): it would not see what was written. Use the manager of the write.',
    );
  }
}
