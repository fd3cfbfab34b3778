import { DomainError, may, type Actor, type Permission } from '@aicode/contracts';

/** Refuses an actor whose role does not hold the permission: DomainError `auth.forbidden`. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (may(actor, permission)) return;
  throw new DomainError(
    'auth.forbidden',
    `The role ${actor.role} may not do this (it needs ${permission}). Ask an administrator for another role.`,
  );
}
