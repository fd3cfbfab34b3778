import type { Identity } from './account.js';

/**
 * Becomes the project's owner for good. The parent's death is told again here, since changing the user forgets it.
 * Without --no-new-privs only where bubblewrap itself must still gain them (setuid).
 */
export function setprivCommand(setpriv: string, identity: Identity, noNewPrivileges: boolean): string[] {
  const become = identity.become
    ? [
        ...['--reuid', String(identity.uid), '--regid', String(identity.gid), '--clear-groups'],
        ...['--inh-caps=-all', '--bounding-set=-all'],
      ]
    : [];
  return [setpriv, ...become, ...(noNewPrivileges ? ['--no-new-privs'] : []), '--pdeathsig', 'KILL', '--'];
}
