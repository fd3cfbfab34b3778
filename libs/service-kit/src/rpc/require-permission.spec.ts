import { describe, expect, it } from '@jest/globals';

import { requirePermission } from './require-permission.js';

describe('requirePermission', () => {
  const actor = { user_id: 'user_1', role: 'viewer' as const, session_id: null };

  it('lets through who may', () => {
    expect(requirePermission(actor, 'tasks.read')).toBeUndefined();
  });

  it('refuses who may not, and says what it takes', () => {
    expect(() => requirePermission(actor, 'tasks.create')).toThrow('it needs tasks.create');
  });
});
