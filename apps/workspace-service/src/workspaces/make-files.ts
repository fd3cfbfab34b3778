import { randomBytes } from 'node:crypto';
import { readdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { cloneRepository } from '@aicode/sandbox';
import type { ServiceContext } from '@aicode/service-kit';

import { makeProject } from '../files/project-directory.js';
import { removeTree } from '../files/remove-tree.js';
import type { PlatformExecutor } from '../files/platform-executor.js';
import { prepareDisk } from './workspace-disk.js';
import type { WorkspaceEntity } from './workspace.entity.js';

const draftPrefix = 'clone-';
const cleanUpMs = 10_000;

/** Whether the clone is complete: the project takes its place only then. */
export async function isCloned({ project_path: path }: WorkspaceEntity): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

/** Disk and project of an empty workspace. May be called again. */
export async function makeEmpty(
  context: ServiceContext,
  row: WorkspaceEntity,
  waiting: { signal?: AbortSignal; timeoutMs?: number },
): Promise<void> {
  await prepareDisk(context, row, waiting);
  await makeProject(row.project_path, context.config.workspaces.sandbox_uid);
}

/** Disk and project of a workspace that is a clone. May be called again, also after a crash. */
export async function makeClone(
  context: ServiceContext,
  executor: PlatformExecutor,
  row: WorkspaceEntity,
  signal: AbortSignal,
): Promise<void> {
  // First: what an earlier try has cloned is seen only when the disk is mounted.
  await prepareDisk(context, row, { signal });
  if (await isCloned(row)) return;
  await removeDrafts(context, row, signal);
  const { sandbox_uid: uid, clone_timeout: timeoutMs, git_allow_loopback: allowLoopback } = context.config.workspaces;
  // Each try clones into a directory of its own, beside the place of the project: one that was given up and lives on
  // writes where nobody looks.
  const draft = join(dirname(row.project_path), `${draftPrefix}${randomBytes(6).toString('hex')}`);
  await makeProject(draft, uid);
  try {
    await cloneRepository(await executor.get(), {
      project: draft,
      url: row.source_url ?? '',
      branch: row.source_branch ?? undefined,
      allowLoopback,
      timeoutMs,
      signal,
    });
    signal.throwIfAborted();
    await takePlace(draft, row);
  } finally {
    // Not with our signal: it may be why we are here.
    await removeDraft(context, row.id, draft, AbortSignal.timeout(cleanUpMs));
  }
}

/** One that has lost its lease without noticing may have been quicker; its clone is as good. */
async function takePlace(draft: string, row: WorkspaceEntity): Promise<void> {
  try {
    await rename(draft, row.project_path);
  } catch (error) {
    if (!(await isCloned(row))) throw error;
  }
}

/** What earlier tries have left. One that still has a writer cannot go; it goes with the workspace. */
async function removeDrafts(context: ServiceContext, row: WorkspaceEntity, signal: AbortSignal): Promise<void> {
  const dir = dirname(row.project_path);
  for (const name of await readdir(dir)) {
    if (name.startsWith(draftPrefix)) await removeDraft(context, row.id, join(dir, name), signal);
  }
}

async function removeDraft(context: ServiceContext, id: string, path: string, signal: AbortSignal): Promise<void> {
  try {
    await removeTree(path, signal);
  } catch (error) {
    context.log.warn({ err: error, workspace_id: id }, 'what a clone has left is removed later');
  }
}
