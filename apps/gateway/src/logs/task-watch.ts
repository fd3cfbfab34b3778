import { isFinal, type Task } from '@aicode/contracts';

import type { Bell } from './bell.js';

/** What events have told of one task to one reader. Events may be lost: they only make readers look sooner. */
export class TaskWatch {
  /** Highest seq that SQL is known to have. */
  persistedSeq = 0;
  /** The task may have ended. */
  ended = false;
  /** Newest state not yet taken. */
  task: Task | undefined;

  constructor(
    private readonly bell: Bell,
    readonly stop: () => void,
  ) {}

  persisted(seq: number, final: boolean): void {
    this.persistedSeq = Math.max(this.persistedSeq, seq);
    this.ended ||= final;
    this.bell.ring();
  }

  changed(task: Task): void {
    if (task.version <= (this.task?.version ?? 0)) return;
    this.task = task;
    this.ended ||= isFinal(task.state);
    this.bell.ring();
  }
}
