import { describe, expect, it } from '@jest/globals';

import { newId, TaskId, WorkspaceId } from './ids.js';

describe('ids', () => {
  it('carry their kind and are accepted as that kind only', () => {
    expect(WorkspaceId.safeParse(newId('workspace')).success).toBe(true);
    expect(WorkspaceId.safeParse(newId('task')).success).toBe(false);
    expect(TaskId.safeParse('task_../../etc/passwd').success).toBe(false);
  });

  it('sort by time, also within a millisecond', () => {
    const now = Date.now() + 1000;
    const ids = [
      ...Array.from({ length: 2000 }, () => newId('task', now)),
      newId('task', now + 1),
      newId('task', now + 40_000_000_000),
    ];
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('do not go back when the clock does', () => {
    const later = newId('task', Date.now() + 90_000_000_000);
    expect(newId('task', 1) > later).toBe(true);
  });
});
