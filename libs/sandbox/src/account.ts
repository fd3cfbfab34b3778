import { DomainError } from '@aicode/contracts';

export interface Account {
  uid: number;
  gid: number;
}

export interface Identity extends Account {
  /** The platform is root and must become this user first. */
  become: boolean;
}

/**
 * As whom a program runs on a project: always as its owner, never as uid 0.
 * @throws DomainError executor.refused, with the command that mends it.
 */
export function identityFor(owner: Account, platform: Account, project: string): Identity {
  if (owner.uid === 0) {
    const user = platform.uid === 0 ? '1000:1000' : `${platform.uid}:${platform.gid}`;
    const sudo = platform.uid === 0 ? '' : 'sudo ';
    throw new DomainError(
      'executor.refused',
      `The project directory belongs to root, and nothing is ever run as root. Give it to an ordinary user: ${sudo}chown -R ${user} ${quoted(project)}`,
    );
  }
  if (platform.uid === 0) return { uid: owner.uid, gid: owner.gid === 0 ? owner.uid : owner.gid, become: true };
  if (owner.uid !== platform.uid) {
    throw new DomainError(
      'executor.refused',
      `The project directory belongs to user ${owner.uid}, but the platform runs as user ${platform.uid} and cannot become somebody else. ` +
        `Run the platform as that user, or give the directory to this one: sudo chown -R ${platform.uid}:${platform.gid} ${quoted(project)}`,
    );
  }
  return { uid: platform.uid, gid: platform.gid, become: false };
}

export function platformAccount(): Account {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

/** For a command that a person copies into a shell; nothing here runs it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
