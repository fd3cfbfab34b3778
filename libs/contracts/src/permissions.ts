import { z } from 'zod';

/** Who may do what is decided here and nowhere else. */
export const Role = z.enum(['admin', 'operator', 'viewer']);
export type Role = z.infer<typeof Role>;

export const Permission = z.enum([
  'workspaces.read',
  'workspaces.create',
  'workspaces.update',
  'workspaces.control',
  'workspaces.exec',
  'workspaces.delete',
  'tasks.read',
  'tasks.create',
  'tasks.cancel',
]);
export type Permission = z.infer<typeof Permission>;

const viewer: Permission[] = ['workspaces.read', 'tasks.read'];
const operator: Permission[] = [
  ...viewer,
  'workspaces.create',
  'workspaces.update',
  'workspaces.control',
  'workspaces.exec',
  'workspaces.delete',
  'tasks.create',
  'tasks.cancel',
];
const granted: Record<Role, readonly Permission[]> = { admin: operator, operator, viewer };

/** Who acts: a signed-in user, or the platform itself (`user_id` null) for its own chores. */
export const Actor = z.object({ user_id: z.string().nullable(), role: Role, session_id: z.string().nullable() });
export type Actor = z.infer<typeof Actor>;

export const platformActor: Actor = { user_id: null, role: 'admin', session_id: null };

export function may(actor: Actor, permission: Permission): boolean {
  return granted[actor.role].includes(permission);
}

/** True if the actor may know of what this user owns. Others are told that it does not exist. */
export function maySeeOwnedBy(actor: Actor, ownerId: string): boolean {
  return actor.role === 'admin' || actor.user_id === ownerId;
}
