import { z } from 'zod';

import { Container, ContainerSettings, EnvironmentName } from './container-settings.js';
import { WorkspaceStats } from './containers.js';
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
    /** The container settings in force. */
    container: Container,
    /** Those of them that this workspace sets itself. */
    // Another name in OpenAPI: what is answered has no sizes like `2g`.
    container_settings: z.strictObject(ContainerSettings.shape).meta({ id: 'OwnContainerSettings' }),
    version: z.int(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Workspace' });
export type Workspace = z.infer<typeof Workspace>;

export const CreateWorkspace = z
  .strictObject({
    name: Name,
    source: WorkspaceSource.default({ type: 'empty' }),
    container: ContainerSettings.prefault({}),
  })
  .meta({ id: 'CreateWorkspace' });
export type CreateWorkspace = z.output<typeof CreateWorkspace>;

const settings = ContainerSettings.shape;
/** Settings that are named are changed; null gives one back to the configuration. They hold from the container's next start. */
export const UpdateWorkspace = z
  .strictObject({
    name: Name.optional(),
    container: z
      .strictObject({
        image: settings.image.nullable(),
        dockerfile: settings.dockerfile.nullable(),
        cpu: settings.cpu.nullable(),
        memory: settings.memory.nullable(),
        disk: settings.disk.nullable(),
        pids: settings.pids.nullable(),
        network: settings.network.nullable(),
        allow: settings.allow.nullable(),
        env: settings.env.nullable(),
      })
      .optional(),
  })
  .meta({ id: 'UpdateWorkspace' });
export type UpdateWorkspace = z.output<typeof UpdateWorkspace>;

/** A program that a person runs in the workspace's container. */
export const ExecCommand = z
  .strictObject({
    command: line(4096),
    args: z
      .array(z.string().max(128 * 1024))
      .max(1000)
      .default([]),
    env: z.record(EnvironmentName, z.string().max(32 * 1024)).default({}),
    tty: z
      .strictObject({ columns: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) })
      .nullable()
      .default(null),
  })
  .meta({ id: 'ExecCommand' });
export type ExecCommand = z.output<typeof ExecCommand>;

/**
 * Where the program's streams are: connect to `path` with `Upgrade: aicode-exec` and `Authorization: Bearer <token>` within some seconds; the
 * connection speaks HTTP/2 then (libs/exec-stream).
 */
export const ExecAccess = z.object({ path: z.string(), token: z.string() }).meta({ id: 'ExecAccess' });

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
  update: { input: WorkspaceRef.extend({ change: UpdateWorkspace }), output: Workspace },
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
  update: defineRoute({
    method: 'PATCH',
    path: '/workspaces/:id',
    tag,
    summary: 'Rename a workspace, or change the settings of its container',
    access: 'workspaces.update',
    status: 200,
    params,
    body: UpdateWorkspace,
    response: Workspace,
  }),
  start: defineRoute({
    method: 'POST',
    path: '/workspaces/:id/start',
    tag,
    summary: 'Start the container of a workspace, so that its next task need not wait for it',
    access: 'workspaces.control',
    status: 200,
    params,
    response: WorkspaceStats,
  }),
  stop: defineRoute({
    method: 'POST',
    path: '/workspaces/:id/stop',
    tag,
    summary: 'Stop the containers of a workspace, and what runs in them',
    access: 'workspaces.control',
    status: 200,
    params,
    response: WorkspaceStats,
  }),
  stats: defineRoute({
    method: 'GET',
    path: '/workspaces/:id/stats',
    tag,
    summary: 'What the containers of a workspace use now: CPU, memory, processes, network, disk',
    access: 'workspaces.read',
    status: 200,
    params,
    response: WorkspaceStats,
  }),
  exec: defineRoute({
    method: 'POST',
    path: '/workspaces/:id/exec',
    tag,
    summary: 'Run a program in the container of a workspace; its streams are at the path that is answered',
    access: 'workspaces.exec',
    status: 201,
    params,
    body: ExecCommand,
    response: ExecAccess,
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
