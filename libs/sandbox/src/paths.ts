import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { DomainError } from '@aicode/contracts';

/**
 * The real path of something that exists under `root`, symlinks followed.
 * @param path absolute, or relative to `root`
 * @throws DomainError workspace.path_not_allowed, the same whether the path leads out or nowhere: what lies outside is not told
 */
export async function resolveUnder(root: string, path: string): Promise<string> {
  const refused = new DomainError(
    'workspace.path_not_allowed',
    `${shown(path)} is not a file or directory of this workspace. Name one below its project directory.`,
  );
  if (path.includes('\0')) throw refused;
  const [realRoot, real] = await Promise.all([realOrUndefined(root), realOrUndefined(resolve(root, path))]);
  if (realRoot === undefined || real === undefined || !isUnder(realRoot, real)) throw refused;
  return real;
}

/**
 * The real path of a directory that a user names as a local project; it must be one of the allowed roots or below one.
 * @throws DomainError workspace.path_not_allowed, the same whether the path leads out or nowhere
 */
export async function allowedPath(path: string, roots: readonly string[]): Promise<string> {
  if (roots.length === 0) {
    throw new DomainError(
      'workspace.path_not_allowed',
      'No local directory may be used as a project here. An administrator can allow some with allowed_roots in server.yaml.',
    );
  }
  const refused = new DomainError(
    'workspace.path_not_allowed',
    `${shown(path)} is not a directory below one of the allowed roots. An administrator can change allowed_roots in server.yaml.`,
  );
  if (!isAbsolute(path) || hasControlCharacter(path)) throw refused;
  const real = await realOrUndefined(path);
  if (real === undefined) throw refused;
  const realRoots = await Promise.all(roots.map(realOrUndefined));
  if (!realRoots.some((root) => root !== undefined && isUnder(root, real))) throw refused;
  if (!(await stat(real)).isDirectory()) throw refused;
  return real;
}

/** Whether `path` is `root` or below it; both real paths. */
export function isUnder(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function realOrUndefined(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}

export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** What a user typed, shortened and made harmless for a sentence. */
function shown(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
