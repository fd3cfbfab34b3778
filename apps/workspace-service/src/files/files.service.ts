import { realpath } from 'node:fs/promises';

import { DomainError, type Actor, type FileContent, type FileList, type WorkspaceDiff } from '@aicode/contracts';

import type { WorkspaceRecords } from '../workspaces/workspace-records.js';
import type { WorkspaceEntity } from '../workspaces/workspace.entity.js';
import type { PlatformExecutor } from './platform-executor.js';
import { diffProject } from './project-diff.js';
import { ProjectReader } from './project-reader.js';
import { Turnstile } from './turnstile.js';

/** Each has programs running meanwhile. */
const limits = { atWork: 8, atWorkOfOne: 2, waiting: 64 };

export class FilesService {
  private readonly turnstile = new Turnstile(limits);
  private readonly reader: ProjectReader;

  /**
   * @param git never without a sandbox: what a repository configures are programs
   * @param reading runs a program of ours alone: where there is no sandbox, as the project's owner is enough
   */
  constructor(
    private readonly records: Pick<WorkspaceRecords, 'find'>,
    private readonly git: PlatformExecutor,
    reading: PlatformExecutor,
  ) {
    this.reader = new ProjectReader(reading);
  }

  list(id: string, path: string, actor: Actor): Promise<FileList> {
    return this.inProject(id, actor, (project) => this.reader.list(project, path));
  }

  read(id: string, path: string, actor: Actor): Promise<FileContent> {
    return this.inProject(id, actor, (project) => this.reader.read(project, path));
  }

  diff(id: string, actor: Actor): Promise<WorkspaceDiff> {
    return this.inProject(id, actor, async (project) => diffProject(await this.git.get(), this.reader, project));
  }

  private async inProject<T>(id: string, actor: Actor, work: (project: string) => Promise<T>): Promise<T> {
    const row = await this.records.find(id, actor);
    refuseUnlessReady(row);
    return this.turnstile.pass(id, async () => {
      await refuseIfMoved(row);
      return work(row.project_path);
    });
  }
}

function refuseUnlessReady({ state, state_reason: reason }: WorkspaceEntity): void {
  if (state === 'ready') return;
  if (state === 'deleting') {
    throw new DomainError('workspace.deleting', 'This workspace is being deleted; its files are going.');
  }
  const why = reason ?? 'Its files are still being made. Try again when it is ready.';
  throw new DomainError('workspace.not_ready', `This workspace is ${state}. ${why}`);
}

/** A directory of somebody else's may have been put in the place of a local project: what is read as its owner would be theirs. */
async function refuseIfMoved({ source_type: source, project_path: path }: WorkspaceEntity): Promise<void> {
  if (source !== 'path') return;
  const real = await realpath(path).catch(() => undefined);
  if (real === path) return;
  throw new DomainError(
    'workspace.path_not_allowed',
    real === undefined
      ? 'The directory of this workspace is gone. Put it back, or delete the workspace.'
      : 'The directory of this workspace leads elsewhere by now. Put it back, or make a workspace of the other directory.',
  );
}
