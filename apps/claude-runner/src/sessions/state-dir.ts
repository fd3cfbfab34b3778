import { chown, mkdir, stat } from 'node:fs/promises';

/** The workspace's `.aicli`, owned like the project, so that the CLI in the sandbox can keep its transcripts there. */
export async function prepareStateDir(project: string, state: string): Promise<void> {
  await mkdir(state, { recursive: true, mode: 0o700 });
  const owner = await stat(project);
  const now = await stat(state);
  if (now.uid !== owner.uid || now.gid !== owner.gid) await chown(state, owner.uid, owner.gid);
}
