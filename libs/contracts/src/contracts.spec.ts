import { describe, expect, it } from '@jest/globals';

import { healthRpc } from './health.js';
import { newId } from './ids.js';
import { workspaceNamespace } from './live.js';
import { formatCursor, LogCursorText } from './logs.js';
import { may, maySeeOwnedBy, platformActor, type Role } from './permissions.js';
import { ServerConfig } from './config.js';
import { CreateTask, isFinal, tasksRpc, TaskState } from './tasks.js';
import { AttemptEnd, turnQueueName } from './turns.js';
import { WorkspaceSource } from './workspaces.js';

describe('contracts', () => {
  it('name a request after service, feature and method', () => {
    expect(tasksRpc.create).toMatchObject({ service: 'task-manager', pattern: 'task-manager.tasks.create' });
    expect(healthRpc('auth').check.pattern).toBe('auth.health.check');
    expect(turnQueueName('local')).toBe('run.local');
    expect(workspaceNamespace('ws_1')).toBe('/ws/ws_1');
  });

  it('know the final states', () => {
    expect(TaskState.options.filter(isFinal)).toEqual(['succeeded', 'failed', 'cancelled', 'timed_out']);
  });

  it.each([
    ['42.1', { seq: 42, attempt: 1 }],
    ['42', { seq: 42, attempt: null }],
    ['0', { seq: 0, attempt: null }],
  ])('read the cursor %s and write it back', (text, cursor) => {
    expect(LogCursorText.parse(text)).toEqual(cursor);
    expect(formatCursor(cursor)).toBe(text);
  });

  it.each(['-1', '1.', 'x', '1.2.3', '', '9'.repeat(20)])('refuse the cursor "%s"', (text) => {
    expect(LogCursorText.safeParse(text).success).toBe(false);
  });

  it.each<[Role, boolean, boolean]>([
    ['admin', true, true],
    ['operator', true, true],
    ['viewer', true, false],
  ])('let a %s read: %s, create: %s', (role, read, create) => {
    const actor = { user_id: 'user_1', role, session_id: null };
    expect(may(actor, 'tasks.read')).toBe(read);
    expect(may(actor, 'tasks.create')).toBe(create);
  });

  it("show another user's things to administrators only", () => {
    const operator = { user_id: 'user_1', role: 'operator' as const, session_id: null };
    expect(maySeeOwnedBy(operator, 'user_1')).toBe(true);
    expect(maySeeOwnedBy(operator, 'user_2')).toBe(false);
    expect(maySeeOwnedBy(platformActor, 'user_2')).toBe(true);
  });

  it('have a default for every key of the config that needs one, and refuse unknown keys', () => {
    expect(ServerConfig.parse({}).server).toMatchObject({ host: '127.0.0.1', port: 7780 });
    expect(ServerConfig.safeParse({ server: { prot: 1 } }).success).toBe(false);
    expect(ServerConfig.parse({ workspaces: { allowed_roots: '/a, /b' } }).workspaces.allowed_roots).toEqual([
      '/a',
      '/b',
    ]);
  });

  it.each([
    ['24d', true],
    ['25d', false],
    [2 ** 31, false],
  ])('take a time limit of %s: %s, since a timer holds no more', (timeout, fits) => {
    const limit = ServerConfig.safeParse({ tasks: { max_timeout: timeout } });
    const task = CreateTask.safeParse({ workspace_id: newId('workspace'), command: 'x', timeout });
    expect([limit.success, task.success]).toEqual([fits, fits]);
    for (const { error } of [limit, task]) {
      expect(error?.issues.map(({ message }) => message)).toEqual(fits ? undefined : ['must be at most 24d']);
    }
  });

  it('let an attempt ask for a wait of a day at most', () => {
    const end = { outcome: 'failed', code: null, reason: null, usage: null };
    expect(AttemptEnd.safeParse({ ...end, retry_after_ms: 86_400_000 }).success).toBe(true);
    expect(AttemptEnd.safeParse({ ...end, retry_after_ms: 86_400_001 }).success).toBe(false);
  });

  it('tell the sources of a workspace apart', () => {
    expect(WorkspaceSource.safeParse({ type: 'git', url: 'https://example.org/a.git' }).success).toBe(true);
    expect(WorkspaceSource.safeParse({ type: 'path', url: 'x' }).success).toBe(false);
  });
});
