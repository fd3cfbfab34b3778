import { z } from 'zod';

import { UserId, WorkspaceId } from './ids.js';
import { Empty, Name, PageQuery, Time, line, pageOf } from './primitives.js';
import { defineEvent, defineRoute, defineRpc } from './rpc.js';

export const WorkspaceState = z.enum(['creating', 'ready', 'failed', 'deleting']);
export type WorkspaceState = z.infer<typeof WorkspaceState>;

/** Where a workspace's files come from. A local path is bound in place, never copied and never deleted. */
export const WorkspaceSource = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('empty') }),
  z.strictObject({ type: z.literal('path'), path: line(4096) }),
  z.strictObject({ type: z.literal('git'), url: line(2048), branch: line(255).optional() }),
]);
export type WorkspaceSource = z.infer<typeof WorkspaceSource>;

export const Workspace = z
  .object({
    id: WorkspaceId,
    name: z.string(),
    state: WorkspaceState,
    /** Why it failed or waits, in words; null when there is nothing to say. */
    reason: z.string().nullable(),
    source: WorkspaceSource,
    project_path: z.string(),
    owner_id: UserId,
    node: z.string(),
    /** How many tasks may run in it at once. */
    slots: z.int(),
    version: z.int(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Workspace' });
export type Workspace = z.infer<typeof Workspace>;

export const CreateWorkspace = z
  .strictObject({ name: Name, source: WorkspaceSource.default({ type: 'empty' }) })
  .meta({ id: 'CreateWorkspace' });
export type CreateWorkspace = z.output<typeof CreateWorkspace>;

export const WorkspaceRef = z.strictObject({ workspace_id: WorkspaceId });
const force = z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(false);

export const WorkspaceQuery = PageQuery.extend({ name: Name.optional() });
export const WorkspacePage = pageOf(Workspace).meta({ id: 'WorkspacePage' });

export const workspacesRpc = defineRpc('workspace-service', 'workspaces', {
  create: { input: CreateWorkspace, output: Workspace },
  get: { input: WorkspaceRef, output: Workspace, idempotent: true },
  list: {
    input: z.strictObject({ limit: z.int(), cursor: z.string().optional(), name: z.string().optional() }),
    output: WorkspacePage,
    idempotent: true,
  },
  /** Refuses while tasks run, unless `force`, which cancels them first. Files of ours go in the background. */
  delete: { input: WorkspaceRef.extend({ force: z.boolean() }), output: Empty, idempotent: true },
});

export const workspaceChanged = defineEvent('workspace.changed', z.object({ workspace: Workspace }));

const tag = 'workspaces';
const params = z.strictObject({ id: WorkspaceId });
export const workspacesRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/workspaces',
    tag,
    summary: 'List workspaces, newest first',
    access: 'workspaces.read',
    status: 200,
    query: WorkspaceQuery,
    response: WorkspacePage,
  }),
  create: defineRoute({
    method: 'POST',
    path: '/workspaces',
    tag,
    summary: 'Create a workspace: empty, of a local path, or of a git URL (cloned in the background)',
    access: 'workspaces.create',
    status: 201,
    body: CreateWorkspace,
    response: Workspace,
  }),
  get: defineRoute({
    method: 'GET',
    path: '/workspaces/:id',
    tag,
    summary: 'Show a workspace',
    access: 'workspaces.read',
    status: 200,
    params,
    response: Workspace,
  }),
  delete: defineRoute({
    method: 'DELETE',
    path: '/workspaces/:id',
    tag,
    summary: 'Delete a workspace; with running tasks only if force=true, which cancels them',
    access: 'workspaces.delete',
    status: 202,
    params,
    query: z.strictObject({ force }),
  }),
};
