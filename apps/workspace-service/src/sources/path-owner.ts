/** Who may use a directory as a project, and how to mend it where nobody may. Pure. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * Why tasks could not run as the owner of this directory, with the command that mends it; null if they can.
 * @param sandboxUid the user of the platform's own workspaces, where the platform is root
 */
export function ownerProblem(owner: Account, platform: Account, sandboxUid: number, path: string): string | null {
  const root = platform.uid === 0;
  const user = root ? `${sandboxUid}:${sandboxUid}` : `${platform.uid}:${platform.gid}`;
  const mend = `${root ? '' : 'sudo '}chown -R ${user} ${quoted(path)}`;
  if (owner.uid === 0)
    return `This directory belongs to root, and nothing is ever run as root. Give it to an ordinary user: ${mend}`;
  if (root || owner.uid === platform.uid) return null;
  return (
    `This directory belongs to user ${owner.uid}, but the platform runs as user ${platform.uid} and cannot become somebody else. ` +
    `Run the platform as that user, or give the directory to this one: ${mend}`
  );
}

/** For a command that a person copies into a shell; nothing here runs it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
