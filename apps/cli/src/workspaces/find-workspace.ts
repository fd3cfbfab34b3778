import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';

import type { ApiClient } from '@aicode/api-client';
import { DomainError, WorkspaceId, type Workspace } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';

import { exitCodes } from '../exit-codes.js';
import { CliFailure } from '../failure.js';

/** The workspace of an id or a name; of the current directory if neither is given. */
export async function findWorkspace(client: ApiClient, named: string | undefined, cwd: string): Promise<Workspace> {
  if (named === undefined) return ofDirectory(client, cwd);
  if (WorkspaceId.safeParse(named).success) return client.workspaces.get({ id: named });
  return ofName(client, named);
}

async function ofName(client: ApiClient, name: string): Promise<Workspace> {
  const found = (await client.workspaces.list({ name })).items.filter((workspace) => workspace.name === name);
  const [first, second] = found;
  if (!first) throw new DomainError('workspace.not_found', `There is no workspace named "${safeLine(name)}".`);
  if (!second) return first;
  const ids = found.map(({ id, owner_id: owner }) => `  ${id}  of ${owner}`).join('\n');
  throw new CliFailure(
    exitCodes.usage,
    `Several workspaces are named "${safeLine(name)}":\n${ids}`,
    'Name one by its id.',
  );
}

/** The workspace whose project is this directory, or the nearest one above it. */
async function ofDirectory(client: ApiClient, cwd: string): Promise<Workspace> {
  const here = await realpath(cwd);
  let best: Workspace | undefined;
  for await (const workspace of allWorkspaces(client)) {
    const path = workspace.project_path;
    const holds = here === path || here.startsWith(path.endsWith(sep) ? path : path + sep);
    if (holds && path.length > (best?.project_path.length ?? 0)) best = workspace;
  }
  if (best) return best;
  throw new CliFailure(
    exitCodes.usage,
    `No workspace belongs to this directory (${here}).`,
    'Name one (-w NAME; aicli workspace list shows yours), or make this directory one: aicli workspace create NAME --path .',
  );
}

/** All workspaces, newest first, page by page. */
export async function* allWorkspaces(client: ApiClient): AsyncGenerator<Workspace> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<ApiClient['workspaces']['list']>> = await client.workspaces.list({
      limit: 200,
      ...(cursor === null ? {} : { cursor }),
    });
    yield* page.items;
    cursor = page.next_cursor;
  } while (cursor !== null);
}
