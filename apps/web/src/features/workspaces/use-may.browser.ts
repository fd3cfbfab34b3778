import { may, type Permission } from '@aicode/contracts';
import { useCallback } from 'react';

import { useSession } from '../../app/session/session.browser.js';

/** What the signed-in user may do; buttons for the rest are left out. The server decides anyway. */
export function useMay(): (permission: Permission) => boolean {
  const { user } = useSession();
  return useCallback(
    (permission) => user !== null && may({ user_id: user.id, role: user.role, session_id: null }, permission),
    [user],
  );
}
