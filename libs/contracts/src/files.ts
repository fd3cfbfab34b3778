import { z } from 'zod';

import { WorkspaceId } from './ids.js';
import { Time } from './primitives.js';
import { defineRoute, defineRpc } from './rpc.js';

/** Bounds of what is shown of a workspace's files; what is beyond is cut, and said to be. */
export const fileLimits = {
  /** Entries of one directory. */
  entries: 2000,
  /** Bytes of one file. */
  contentBytes: 1024 ** 2,
  /** Files of a diff, untracked ones included. */
  diffFiles: 2000,
  /** Bytes of the patch of one file, and of all patches of a diff. */
  patchBytes: 200 * 1024,
  diffBytes: 2 * 1024 ** 2,
} as const;

/**
 * A file or directory of a workspace by its way from the project's directory, '' for that itself. Names may hold whatever file
 * systems allow, so direction marks and line breaks too. `a//b/./` is read as `a/b`.
 */
export const ProjectPath = z
  .string()
  .max(4096, 'must have at most 4096 characters')
  .refine((path) => !path.includes('\0') && path.isWellFormed(), 'must not contain NUL or broken Unicode')
  .refine((path) => !path.startsWith('/'), 'must be relative to the project directory: without a slash in front')
  .refine((path) => !path.split('/').includes('..'), 'must not contain ".."')
  .transform((path) => plain(path));

/** The same of a file, which needs a name. */
const FilePath = ProjectPath.refine((path) => path !== '', 'must name a file');

function plain(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** What is not UTF-8 in names and contents is shown as U+FFFD; such a name cannot be asked for. */
export const FileEntry = z
  .object({
    name: z.string(),
    /** From the project's directory. */
    path: z.string(),
    /** `other` is a socket, a pipe or a device; it is never opened, as a link is never followed. */
    type: z.enum(['file', 'directory', 'symlink', 'other']),
    /** Bytes. */
    size: z.int().nonnegative(),
    modified_at: Time,
    /** Where a symlink leads, as it is written there; null for all else. */
    target: z.string().nullable(),
  })
  .meta({ id: 'FileEntry' });
export type FileEntry = z.infer<typeof FileEntry>;

/** One directory: its directories first, then the rest, each by name. */
export const FileList = z
  .object({
    path: z.string(),
    entries: z.array(FileEntry),
    /** There are more than are listed. */
    truncated: z.boolean(),
  })
  .meta({ id: 'FileList' });
export type FileList = z.infer<typeof FileList>;

export const FileContent = z
  .object({
    path: z.string(),
    /** Bytes of the whole file. */
    size: z.int().nonnegative(),
    encoding: z.enum(['utf8', 'binary']),
    /** Null if binary. */
    content: z.string().nullable(),
    /** The file is longer than what is shown. */
    truncated: z.boolean(),
    modified_at: Time,
  })
  .meta({ id: 'FileContent' });
export type FileContent = z.infer<typeof FileContent>;

export const FileChange = z
  .object({
    path: z.string(),
    /** Of a renamed file. */
    old_path: z.string().nullable(),
    status: z.enum(['added', 'modified', 'deleted', 'renamed', 'untracked']),
    binary: z.boolean(),
    /** Lines; null if binary, or if nobody counted. */
    additions: z.int().nonnegative().nullable(),
    deletions: z.int().nonnegative().nullable(),
    /** As git prints it, from `diff --git` on; null if there is none to show. */
    patch: z.string().nullable(),
    /** The patch was cut, at the end of a line, or left out. */
    truncated: z.boolean(),
  })
  .meta({ id: 'FileChange' });
export type FileChange = z.infer<typeof FileChange>;

export const WorkspaceDiff = z
  .object({
    /** The commit compared with, or the empty tree where there is none yet; null without a git repository. */
    base: z.string().nullable(),
    /** By path. */
    files: z.array(FileChange),
    /** Files or parts of patches are left out. */
    truncated: z.boolean(),
  })
  .meta({ id: 'WorkspaceDiff' });
export type WorkspaceDiff = z.infer<typeof WorkspaceDiff>;

const workspace = z.strictObject({ workspace_id: WorkspaceId });

export const filesRpc = defineRpc('workspace-service', 'files', {
  list: { input: workspace.extend({ path: ProjectPath }), output: FileList, idempotent: true, timeoutMs: 15_000 },
  read: { input: workspace.extend({ path: FilePath }), output: FileContent, idempotent: true, timeoutMs: 15_000 },
  diff: { input: workspace, output: WorkspaceDiff, idempotent: true, timeoutMs: 30_000 },
});

const tag = 'files';
const params = z.strictObject({ id: WorkspaceId });
export const filesRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/workspaces/:id/files',
    tag,
    summary: 'List one directory of a workspace',
    access: 'workspaces.read',
    status: 200,
    params,
    query: z.strictObject({ path: ProjectPath.default('') }),
    response: FileList,
  }),
  read: defineRoute({
    method: 'GET',
    path: '/workspaces/:id/file',
    tag,
    summary: 'Read a file of a workspace, its first megabyte if it is text',
    access: 'workspaces.read',
    status: 200,
    params,
    query: z.strictObject({ path: FilePath }),
    response: FileContent,
  }),
  diff: defineRoute({
    method: 'GET',
    path: '/workspaces/:id/diff',
    tag,
    summary: 'Show what was changed in a workspace since its last commit, untracked files too',
    access: 'workspaces.read',
    status: 200,
    params,
    response: WorkspaceDiff,
  }),
};
