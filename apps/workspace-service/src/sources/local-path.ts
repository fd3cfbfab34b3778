import { realpath, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';

import { DomainError, WorkspaceSource } from '@aicode/contracts';
import { allowedPath } from '@aicode/sandbox';
import type { ServiceContext } from '@aicode/service-kit';

import { ownerProblem } from './path-owner.js';
import { platformData, touchesPlatform } from './platform-data.js';

/**
 * The real path of a directory that a user wants to bind as a project.
 * @throws DomainError workspace.path_not_allowed: what is wrong, and how to mend it
 */
export async function checkLocalPath(
  path: string,
  context: Pick<ServiceContext, 'paths' | 'config' | 'databaseUrl'>,
): Promise<string> {
  const { allowed_roots: allowed, sandbox_uid: sandboxUid } = context.config.workspaces;
  if (allowed.length === 0) {
    throw refused(
      'No local directory may become a workspace here yet. An administrator allows the directories below one with ' +
        '`aicli config set workspaces.allowed_roots /home/me/projects` and a restart (`aicli down`, `aicli up`).',
    );
  }
  const roots = await realRoots(allowed);
  const real = await allowedPath(path, roots).catch(() => {
    throw refused(
      `${shown(path)} is not a directory below one of the allowed roots. An administrator sees and changes them with ` +
        '`aicli config get workspaces.allowed_roots` and `aicli config set workspaces.allowed_roots …`.',
    );
  });
  // A link may lead to a name that nobody could type, and that no answer could show.
  if (!WorkspaceSource.safeParse({ type: 'path', path: real }).success) {
    throw refused(
      `${shown(path)} leads to a directory whose name is too long or has control characters. Rename it first.`,
    );
  }
  if (touchesPlatform(real, roots, await platformData(context))) {
    throw refused(`${shown(path)} holds the platform's own files or lies among them. Choose another directory.`);
  }
  const problem = ownerProblem(await stat(real), platformAccount(), sandboxUid, real);
  if (problem !== null) throw refused(problem);
  return real;
}

/** A relative one would depend on where the platform was started; one that does not exist allows nothing. */
async function realRoots(roots: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    roots.filter((root) => isAbsolute(root)).map((root) => realpath(root).catch(() => null)),
  );
  return found.filter((root) => root !== null);
}

function platformAccount(): { uid: number; gid: number } {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

function refused(message: string): DomainError {
  return new DomainError('workspace.path_not_allowed', message, { fields: [{ path: 'source.path', message }] });
}

/** What a user typed, short enough for a sentence. */
function shown(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
