import { workspaceNamespace, type DomainError, type LogCursor, type LogEntry, type Task } from '@aicode/contracts';

import type { Connection } from './connection.js';
import { LiveWorkspace } from './live-workspace.js';

/** Told of what happens in a workspace. A task's entries come without gap or repeat; after `onReset` those after `from` come again. */
export interface WorkspaceListener {
  /** `end`: the task is final and all of its log has been given. */
  onTask?: (task: Task, end: boolean) => void;
  onLog?: (entry: LogEntry, taskId: string) => void;
  onReset?: (taskId: string, from: number) => void;
  /** A problem that the server tells of; `taskId` null if it is not one task's. */
  onProblem?: (error: DomainError, taskId: string | null) => void;
  /** `closed` does not come back by itself: signed out, or closed by us. */
  onConnection?: (state: 'open' | 'lost' | 'closed', why: Error | null) => void;
}

export interface WorkspaceConnection {
  /** Follows a task's log from a place (its beginning if not given), over lost connections too. */
  follow(taskId: string, after?: LogCursor | string): Promise<void>;
  unfollow(taskId: string): Promise<void>;
  cancel(taskId: string): Promise<void>;
  close(): void;
}

/** Connects to a workspace's live events; comes back by itself, with a fresh token. Answers when the first connection stands. */
export async function connectWorkspace(
  connection: Connection,
  workspaceId: string,
  listener: WorkspaceListener,
): Promise<WorkspaceConnection> {
  // Not every program that speaks to the platform needs sockets: they are loaded when they are.
  const { io } = await import('socket.io-client');
  const base = new URL(connection.server);
  const live = new LiveWorkspace(
    (auth) =>
      io(`${base.origin}${workspaceNamespace(workspaceId)}`, {
        path: `${base.pathname.replace(/\/+$/, '')}/socket.io`,
        transports: ['websocket'],
        forceNew: true,
        autoConnect: false,
        reconnectionDelay: 250,
        reconnectionDelayMax: 10_000,
        auth,
      }),
    connection,
    listener,
  );
  await live.open();
  return live;
}
