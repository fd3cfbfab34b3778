import { randomBytes } from 'node:crypto';
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { DomainError } from '@aicode/contracts';
import { cloneRepository } from '@aicode/sandbox';
import type { ServiceContext, WorkspacePaths } from '@aicode/service-kit';

import { makeOwned, makeProject, makeWorkspaceDirectory } from '../files/project-directory.js';
import { removeTree } from '../files/remove-tree.js';
import type { CloneExecutor } from './clone-executor.js';
import type { WorkspaceRecords } from './workspace-records.js';
import type { WorkspaceEntity } from './workspace.entity.js';

const draftPrefix = 'clone-';
const cleanUpMs = 10_000;

/**
 * Does what a creation has left to do: to `ready`, or to `failed` with the reason. Rejects with the signal's reason when it
 * is stopped; the row is left as it is, for whoever takes it up again.
 */
export async function finishCreation(
  context: ServiceContext,
  records: WorkspaceRecords,
  executor: CloneExecutor,
  row: WorkspaceEntity,
  signal: AbortSignal,
): Promise<void> {
  const claimed = await records.claim(row);
  if (claimed === null) return;
  try {
    await makeFiles(context, executor, row, signal);
  } catch (error) {
    signal.throwIfAborted();
    context.log.warn({ err: error, workspace_id: row.id }, 'a workspace could not be created');
    await records.change(claimed, { state: 'failed', state_reason: reasonFor(error) });
    return;
  }
  await records.change(claimed, { state: 'ready', state_reason: null });
}

/** Whether the clone is complete: the project takes its place only then. */
export async function isCloned({ project }: WorkspacePaths): Promise<boolean> {
  return stat(project).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function makeFiles(
  context: ServiceContext,
  executor: CloneExecutor,
  row: WorkspaceEntity,
  signal: AbortSignal,
): Promise<void> {
  const paths = context.paths.workspace(row.id);
  const { sandbox_uid: uid, clone_timeout: timeoutMs, git_allow_loopback: allowLoopback } = context.config.workspaces;
  if (row.source_type !== 'git') return makeProject(paths, uid);
  if (await isCloned(paths)) return;
  await makeWorkspaceDirectory(paths);
  await removeDrafts(context, row, signal);
  // Each try clones into a directory of its own: one that was given up and lives on writes where nobody looks.
  const draft = join(paths.dir, `${draftPrefix}${randomBytes(6).toString('hex')}`);
  await makeOwned(draft, uid);
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
    await takePlace(draft, paths);
  } finally {
    // Not with our signal: it may be why we are here.
    await removeDraft(context, row.id, draft, AbortSignal.timeout(cleanUpMs));
  }
}

/** One that has lost its lease without noticing may have been quicker; its clone is as good. */
async function takePlace(draft: string, paths: WorkspacePaths): Promise<void> {
  try {
    await rename(draft, paths.project);
  } catch (error) {
    if (!(await isCloned(paths))) throw error;
  }
}

/** What earlier tries have left. One that still has a writer cannot go; it goes with the workspace. */
async function removeDrafts(context: ServiceContext, { id }: WorkspaceEntity, signal: AbortSignal): Promise<void> {
  const { dir } = context.paths.workspace(id);
  for (const name of await readdir(dir)) {
    if (name.startsWith(draftPrefix)) await removeDraft(context, id, join(dir, name), signal);
  }
}

async function removeDraft(context: ServiceContext, id: string, path: string, signal: AbortSignal): Promise<void> {
  try {
    await removeTree(path, signal);
  } catch (error) {
    context.log.warn({ err: error, workspace_id: id }, 'what a clone has left is removed later');
  }
}

function reasonFor(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  return 'The platform could not make its files. The log of workspace-service has the cause.';
}
