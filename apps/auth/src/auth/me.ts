import { DomainError, type Actor, type User } from '@aicode/contracts';

import type { Auth } from './auth.js';
import { publicUser } from './tokens.js';
import { findActiveUser } from './users.repository.js';

/** The acting user, as stored now. */
export async function me(auth: Auth, actor: Actor): Promise<User> {
  const userId = actor.user_id;
  if (userId === null) throw new DomainError('auth.required', 'Nobody is signed in. Sign in first.');
  const user = await auth.database.read((manager) => findActiveUser(manager, userId));
  if (user === null) {
    throw new DomainError('auth.session_ended', 'This user was removed or disabled. Sign in as another one.');
  }
  return publicUser(user);
}
