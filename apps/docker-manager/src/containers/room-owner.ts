import { chown, mkdir, realpath, stat } from 'node:fs/promises';
import { normalize } from 'node:path';

import {
  DomainError,
  resolveContainer,
  type ContainerOwner,
  type OpenExec,
  type ServerConfig,
} from '@aicode/contracts';
import { allowedPath, identityFor, inside, platformAccount } from '@aicode/sandbox';
import type { HomePaths } from '@aicode/service-kit';

import type { Disks } from '../disks/disks.service.js';
import type { DockerfileImages } from './dockerfile-images.js';
import type { Images } from './image-check.js';
import type { RoomOwner } from './room.js';

interface Known {
  config: ServerConfig;
  paths: HomePaths;
  images: Pick<Images, 'check'>;
  built: Pick<DockerfileImages, 'imageOf'>;
  disks: Pick<Disks, 'prepare' | 'mountId'>;
}

/** What a caller says of a workspace, checked: its paths are real and may be mounted, its image fits. */
export async function roomOwner(
  given: ContainerOwner,
  { config, paths, images, built, disks }: Known,
): Promise<RoomOwner> {
  const settings = resolveContainer(given.container, config.docker);
  const own = paths.workspace(given.workspace_id);
  await disks.prepare(given.workspace_id, settings.disk);
  const project = await projectDirectory(given.project_path, own.project, config.workspaces.allowed_roots);
  const owner = await stat(project);
  const { uid, gid } = identityFor({ uid: owner.uid, gid: owner.gid }, platformAccount(), given.project_path);
  const state = await stateDirectory(own.state, { uid, gid });
  const name = settings.dockerfile === null ? settings.image : await built.imageOf(settings.dockerfile);
  const image = await images.check({ name, network: settings.network });
  const diskId = await disks.mountId(given.workspace_id);
  return { workspaceId: given.workspace_id, settings, diskId, project, state, account: { uid, gid }, image };
}

/** The workspace's own directory, or one that the administrator allows now: another is mounted for nobody, whoever asks. */
async function projectDirectory(path: string, own: string, roots: string[]): Promise<string> {
  if (path !== own) return allowedPath(path, roots);
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return real;
  } catch {
    // Said below.
  }
  throw new DomainError('executor.refused', 'The project directory of the workspace does not exist on this node.');
}

/** `.aicli`, owned like the project. */
async function stateDirectory(path: string, { uid, gid }: { uid: number; gid: number }): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const now = await stat(path);
  if (now.uid !== uid || now.gid !== gid) await chown(path, uid, gid);
  return realpath(path);
}

/** @throws DomainError executor.refused */
export function checkProgram({ command, args, cwd, env }: Pick<OpenExec, 'command' | 'args' | 'cwd' | 'env'>): void {
  if ([command, ...args, cwd, ...Object.values(env)].some((text) => text.includes('\0'))) {
    throw refused('A command, an argument or a variable holds a NUL character.');
  }
  if (cwd !== inside.project && !cwd.startsWith(`${inside.project}/`)) {
    throw refused(`The working directory must be ${inside.project} or below it.`);
  }
  if (normalize(cwd) !== cwd)
    throw refused('The working directory must be written without "..", "." and double slashes.');
}

function refused(message: string): DomainError {
  return new DomainError('executor.refused', message);
}
