import { newId } from '@aicode/contracts';

import type { UserEntity } from './user.entity.js';

/** `at` is RFC 3339. */
export function newAdministrator(username: string, passwordHash: string, at: string): UserEntity {
  return {
    id: newId('user'),
    username,
    password_hash: passwordHash,
    role: 'admin',
    created_at: at,
    disabled_at: null,
  };
}
