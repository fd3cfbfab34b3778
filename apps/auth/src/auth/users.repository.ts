import { IsNull, type EntityManager } from 'typeorm';

import { UserEntity } from './user.entity.js';

export function findUserByName(manager: EntityManager, username: string): Promise<UserEntity | null> {
  return manager.findOneBy(UserEntity, { username });
}

/** A user who may sign in. */
export function findActiveUser(manager: EntityManager, id: string): Promise<UserEntity | null> {
  return manager.findOneBy(UserEntity, { id, disabled_at: IsNull() });
}

/** True if there is an administrator, also a disabled one: only who has none may make the first. */
export function hasAdministrator(manager: EntityManager): Promise<boolean> {
  return manager.existsBy(UserEntity, { role: 'admin' });
}

export async function insertUser(manager: EntityManager, user: UserEntity): Promise<void> {
  await manager.insert(UserEntity, user);
}
