import { AttemptId, type OpenExec } from '@aicode/contracts';
import type { ExecExit } from '@aicode/exec-stream';

import type { TicketedExec } from './ticketed-exec.js';

interface Entry {
  workspaceId: string;
  owner: string;
  exec: TicketedExec;
}

/** What runs in rooms, or has a ticket for one. */
export class Programs {
  private readonly all = new Set<Entry>();

  add({ workspace_id, owner }: Pick<OpenExec, 'workspace_id' | 'owner'>, exec: TicketedExec): void {
    const entry = { workspaceId: workspace_id, owner, exec };
    this.all.add(entry);
    void exec.over.then(() => this.all.delete(entry));
  }

  /** Those of a workspace's attempts but for some; what a person runs goes on. @returns how many there were */
  endAttempts(workspaceId: string, keep: string[]): Promise<number> {
    return this.end(
      (entry) =>
        entry.workspaceId === workspaceId && AttemptId.safeParse(entry.owner).success && !keep.includes(entry.owner),
    );
  }

  endAll(workspaceId: string, reason: ExecExit['reason'] = null): Promise<number> {
    return this.end((entry) => entry.workspaceId === workspaceId, reason);
  }

  close(): Promise<number> {
    return this.end(() => true);
  }

  private async end(which: (entry: Entry) => boolean, reason: ExecExit['reason'] = null): Promise<number> {
    const ending = [...this.all].filter(which);
    await Promise.all(ending.map(({ exec }) => exec.end(reason)));
    return ending.length;
  }
}
