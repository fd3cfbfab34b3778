import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, normalize } from 'node:path';
import { DomainError } from '@aicode/contracts';
import { identityFor, platformAccount, type Account, type Identity } from './account.js';
import { inside, type ExecSpec } from './exec.js';

export interface CheckedSpec {
  /** The same spec with each host path resolved, symlinks too. */
  spec: ExecSpec;
  /** As whom it runs. */
  identity: Identity;
}

const refuse = (message: string): DomainError => new DomainError('executor.refused', message);

/** Resolves the host paths of a spec and refuses what would not do what it seems to. @throws DomainError executor.refused */
export async function checkSpec(given: ExecSpec): Promise<CheckedSpec> {
  checkText(given);
  if (!isBelow(given.cwd, inside.project)) throw refuse(`The working directory must be ${inside.project} or below it.`);
  const project = await directory(given.project, 'project directory');
  const identity = identityFor(project, platformAccount(), given.project);
  const state = given.state === undefined ? undefined : await directory(given.state, 'state directory');
  if (state && state.uid !== project.uid) {
    throw refuse(
      "The workspace's state directory does not belong to the owner of its project directory; give it to the same user with chown.",
    );
  }
  const readOnly = await Promise.all(
    (given.readOnly ?? []).map(async ({ source, target }) => {
      if (!/^\/(run|opt|mnt)\/[^/]/.test(target) || !isPlain(target)) {
        throw refuse(`A read-only mount must have its place under /run, /opt or /mnt, not at ${target}.`);
      }
      return { source: await existing(source, 'read-only mount'), target };
    }),
  );
  return {
    spec: { ...given, project: project.path, readOnly, ...(state ? { state: state.path } : {}) },
    identity,
  };
}

/** bubblewrap reads its arguments separated by NUL: a NUL in a value would begin the next argument. */
function checkText(spec: ExecSpec): void {
  const texts = [
    spec.command,
    ...spec.args,
    spec.cwd,
    ...Object.entries(spec.env).flat(),
    ...Object.entries(spec.hosts ?? {}).flat(2),
  ];
  if (texts.some((text) => text.includes('\0')))
    throw refuse('A command, an argument or a variable holds a NUL character.');
  if (spec.command === '' || spec.command.startsWith('-')) throw refuse('The command has no name.');
  const badName = Object.keys(spec.env).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (badName !== undefined) throw refuse(`${JSON.stringify(badName)} is not the name of an environment variable.`);
  const hosts = Object.entries(spec.hosts ?? {});
  if (hosts.some(([name, addresses]) => ![name, ...addresses].every((text) => /^[\w.:%-]+$/.test(text)))) {
    throw refuse('A host name or an address to pin is not valid.');
  }
}

async function directory(path: string, what: string): Promise<Account & { path: string }> {
  const resolved = await existing(path, what);
  const { uid, gid, ...entry } = await stat(resolved).then((s) => ({
    uid: s.uid,
    gid: s.gid,
    isDirectory: s.isDirectory(),
  }));
  if (!entry.isDirectory) throw refuse(`The ${what} is not a directory.`);
  return { path: resolved, uid, gid };
}

async function existing(path: string, what: string): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0')) throw refuse(`The ${what} must be an absolute path.`);
  try {
    return await realpath(path);
  } catch {
    throw refuse(`The ${what} does not exist or cannot be read by the platform.`);
  }
}

function isBelow(path: string, root: string): boolean {
  return isPlain(path) && (path === root || path.startsWith(`${root}/`));
}

/** Absolute, and without `.`, `..` or doubled slashes. */
function isPlain(path: string): boolean {
  return isAbsolute(path) && normalize(path) === path;
}
