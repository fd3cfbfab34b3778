import { setTimeout as delay } from 'node:timers/promises';

import type { Logger } from '@aicode/service-kit';

/** Called once, with the reason in words. */
export type OnFull = (workspaceId: string, reason: string) => void;

export interface Watched {
  /** Why it is full, or undefined. */
  look: () => Promise<string | undefined>;
  /** Milliseconds until the next look. */
  pause: () => number;
}

interface Watch {
  onFull: Set<OnFull>;
  ended: AbortController;
  watched: Watched;
}

/**
 * Looks at the disks of workspaces where something runs, each once for all who watch it. The first look comes after a
 * pause, so that a person can still delete files in a workspace that is full.
 */
export class DiskWatch {
  private readonly watches = new Map<string, Watch>();

  constructor(private readonly log: Logger) {}

  add(workspaceId: string, watched: Watched, onFull: OnFull): () => void {
    const callback: OnFull = (...full) => onFull(...full);
    const running = this.watches.get(workspaceId);
    if (running) {
      running.watched = watched;
      running.onFull.add(callback);
    } else {
      const watch = { onFull: new Set([callback]), ended: new AbortController(), watched };
      this.watches.set(workspaceId, watch);
      void this.run(workspaceId, watch);
    }
    return () => this.remove(workspaceId, callback);
  }

  end(workspaceId: string): void {
    this.watches.get(workspaceId)?.ended.abort();
    this.watches.delete(workspaceId);
  }

  stop(): void {
    for (const workspaceId of [...this.watches.keys()]) this.end(workspaceId);
  }

  private remove(workspaceId: string, callback: OnFull): void {
    const watch = this.watches.get(workspaceId);
    if (watch?.onFull.delete(callback) && watch.onFull.size === 0) this.end(workspaceId);
  }

  private async run(workspaceId: string, watch: Watch): Promise<void> {
    const { signal } = watch.ended;
    for (;;) {
      await delay(watch.watched.pause(), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      // Who comes while it looks is told by the next look: its program may have just begun to delete.
      const asking = [...watch.onFull];
      const reason = await this.look(workspaceId, watch);
      if (reason === undefined) continue;
      for (const onFull of asking) {
        if (!watch.onFull.has(onFull)) continue;
        this.remove(workspaceId, onFull);
        onFull(workspaceId, reason);
      }
    }
  }

  private async look(workspaceId: string, watch: Watch): Promise<string | undefined> {
    try {
      return await watch.watched.look();
    } catch (error) {
      if (!watch.ended.signal.aborted) {
        this.log.warn({ err: error, workspace_id: workspaceId }, 'the disk of a workspace could not be measured');
      }
      return undefined;
    }
  }
}
