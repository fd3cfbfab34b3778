import { z } from 'zod';

import { containerChanged } from './containers.js';
import { TaskId, WorkspaceId } from './ids.js';
import { LogCursorText } from './logs.js';
import { Time } from './primitives.js';
import { Task } from './tasks.js';
import { Workspace } from './workspaces.js';

/** Every frame of the socket.io namespaces. `seq` is the log's for `log`, otherwise 0. */
export const Envelope = z.object({
  type: z.enum(['log', 'status', 'error', 'command']),
  /** Null in what the whole platform's namespace says of itself: an error. */
  workspace_id: WorkspaceId.nullable(),
  task_id: TaskId.nullable(),
  timestamp: Time,
  seq: z.int().nonnegative(),
  data: z.unknown(),
});
export type Envelope = z.infer<typeof Envelope>;

/** What a client may send, as the `data` of a `command` frame. */
export const LiveCommand = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('subscribe'), task_id: TaskId, after: LogCursorText.optional() }),
  z.strictObject({ command: z.literal('unsubscribe'), task_id: TaskId }),
  z.strictObject({ command: z.literal('cancel'), task_id: TaskId }),
]);
export type LiveCommand = z.infer<typeof LiveCommand>;

/** A client's frame; only the command in `data` matters, the rest may be left out. */
export const CommandFrame = z.object({ type: z.literal('command'), data: LiveCommand });
/** The acknowledgement of a command: done, or why not. */
export const CommandAck = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);
export type CommandAck = z.infer<typeof CommandAck>;

/** Name of the one socket.io event that carries envelopes, both ways. */
export const frameEvent = 'frame';

/** What changed, in the `status` frames of the whole platform's namespace: all that the caller may see, and commands are not taken. */
export const PlatformChange = z.union([
  z.object({ task: Task }),
  z.object({ workspace: Workspace }),
  z.object({ container: containerChanged.data }),
]);
export type PlatformChange = z.infer<typeof PlatformChange>;

/** Namespace that tells of everything. */
export const platformNamespace = '/ws/platform';

export function workspaceNamespace(workspaceId: string): string {
  return `/ws/${workspaceId}`;
}
