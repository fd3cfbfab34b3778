import { DomainError, Envelope, ErrorCode, LogEntry, Task } from '@aicode/contracts';
import { z } from 'zod';

/** A frame of a workspace's socket, by what it says. */
export type LiveFrame =
  | { type: 'log'; taskId: string; entry: LogEntry }
  | { type: 'task'; task: Task }
  | { type: 'reset'; taskId: string; from: number }
  | { type: 'problem'; taskId: string | null; error: DomainError }
  /** Of a newer server, or not a frame at all. */
  | { type: 'unknown' };

const Refusal = z.object({ code: z.string(), message: z.string() });
const ResetData = z.object({ reset_from: z.int().nonnegative() });

/** A refusal as the platform words it; undefined if the data is none. */
export function problemOf(data: unknown): DomainError | undefined {
  const refusal = Refusal.safeParse(data).data;
  return refusal && errorOf(refusal);
}

export function errorOf({ code, message }: { code: string; message: string }): DomainError {
  return new DomainError(ErrorCode.safeParse(code).data ?? 'internal', message);
}

export function readFrame(raw: unknown): LiveFrame {
  const frame = Envelope.safeParse(raw).data;
  if (frame?.type === 'log' && frame.task_id !== null) {
    const entry = LogEntry.safeParse(frame.data).data;
    if (entry) return { type: 'log', taskId: frame.task_id, entry };
  }
  if (frame?.type === 'status') {
    const task = Task.safeParse(frame.data).data;
    if (task) return { type: 'task', task };
  }
  if (frame?.type === 'error') {
    const reset = ResetData.safeParse(frame.data).data;
    if (reset && frame.task_id !== null) return { type: 'reset', taskId: frame.task_id, from: reset.reset_from };
    const error = problemOf(frame.data);
    if (error) return { type: 'problem', taskId: frame.task_id, error };
  }
  return { type: 'unknown' };
}
