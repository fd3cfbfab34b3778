import { toWireError, type Envelope, type LogEntry, type PlatformChange, type Task } from '@aicode/contracts';

import type { LogReaderEvent } from '../logs/read-log.js';

/** Where a frame belongs. */
export interface Subject {
  /** Null if to the whole platform. */
  workspaceId: string | null;
  taskId: string | null;
}

function envelope(type: Envelope['type'], subject: Subject, seq: number, data: unknown, time?: string): Envelope {
  const timestamp = time ?? new Date().toISOString();
  return { type, workspace_id: subject.workspaceId, task_id: subject.taskId, timestamp, seq, data };
}

export function logFrame(subject: Subject, entry: LogEntry): Envelope {
  return envelope('log', subject, entry.seq, entry, entry.time);
}

/** `data` is the Task. To who follows its log, a final state comes behind the last line. */
export function statusFrame(task: Task): Envelope {
  return envelope('status', { workspaceId: task.workspace_id, taskId: task.id }, 0, task, task.updated_at);
}

/** `data` is the PlatformChange. */
export function platformFrame(change: PlatformChange): Envelope {
  if ('task' in change) return { ...statusFrame(change.task), data: change };
  const workspaceId = 'workspace' in change ? change.workspace.id : change.container.workspace_id;
  return envelope('status', { workspaceId, taskId: null }, 0, change);
}

/** `data` is the code and the sentence of a problem. */
export function errorFrame(subject: Subject, error: unknown): Envelope {
  const { code, message } = toWireError(error);
  return envelope('error', subject, 0, { code, message });
}

/** Entries after `reset_from` are not the log any more: the true ones follow. */
function resetFrame(subject: Subject, from: number): Envelope {
  const message = `The log was set back to ${from}: forget the entries after it, the true ones follow.`;
  return envelope('error', subject, from, { code: 'log.cursor_invalid', message, reset_from: from });
}

export function framesOf(subject: Subject, event: LogReaderEvent): Envelope[] {
  switch (event.type) {
    case 'log':
      return event.entries.map((entry) => logFrame(subject, entry));
    case 'reset':
      return [resetFrame(subject, event.from)];
    case 'status':
      return [statusFrame(event.task)];
    case 'end':
      return [{ ...statusFrame(event.task), seq: event.cursor.seq }];
  }
}
