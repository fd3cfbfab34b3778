import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { alice, startStack, type WorkspaceStack } from '../fixtures/workspace-stack.js';
import { deleteWorkspace, deletionReasons } from './delete-workspace.js';
import { finishDeletion } from './finish-deletion.js';
import type { WorkspaceEntity } from './workspace.entity.js';

let stack: WorkspaceStack;
beforeEach(async () => {
  stack = await startStack();
});
afterEach(() => stack?.stop());

const gone = (id: string) => stack.change(id, ({ reason }) => reason === deletionReasons.deleted);

/** A deletion as a crash has left it, with the files of the workspace. */
async function left(reason: string, more: Partial<WorkspaceEntity> = {}) {
  const row = await stack.insert({ state: 'deleting', state_reason: reason, ...more });
  if (more.source_type !== 'git') await mkdir(row.project_path, { recursive: true });
  return row;
}

describe('a deletion that a crash has left', () => {
  it.each([deletionReasons.checking, deletionReasons.cancelling, deletionReasons.removing])(
    'at "%s" goes on',
    async (reason) => {
      const row = await left(reason);
      await stack.startReplica();
      await gone(row.id);
      expect(existsSync(stack.paths.workspace(row.id).dir)).toBe(false);
    },
  );

  it('when the files were gone already ends', async () => {
    const row = await stack.insert({ state: 'deleting', state_reason: deletionReasons.removing });
    await stack.startReplica();
    await gone(row.id);
  });

  it.each<[string, Partial<WorkspaceEntity>]>([
    ['ready', {}],
    ['creating', { source_type: 'git', source_url: 'https://host/x' }],
  ])('undecided is taken back to %s if a task has come', async (state, more) => {
    const row = await left(deletionReasons.checking, more);
    await stack.tasks.setActive(row.id, 1);
    await stack.startReplica();
    await stack.change(row.id, (workspace) => workspace.state === state && workspace.version === 2);
    if (state === 'ready') expect(existsSync(row.project_path)).toBe(true);
  });

  it.each([true, false])('undecided is decided by the next request too (force: %s)', async (force) => {
    const row = await left(deletionReasons.checking);
    await deleteWorkspace(stack.context, stack.records, { id: row.id, force, actor: alice });
    const { cancelling, removing } = deletionReasons;
    expect(await stack.row(row.id)).toMatchObject({ state_reason: force ? cancelling : removing });
  });

  it('with its replica, killed while it waited for tasks, goes on in another one', async () => {
    const row = await stack.insert({ state: 'ready' });
    await mkdir(row.project_path, { recursive: true });
    await stack.tasks.makeStubborn(row.id);
    await stack.tasks.setActive(row.id, 1);
    const replica = await stack.startProcess();
    await stack.rpc.delete({ workspace_id: row.id, force: true }, { actor: alice });
    await stack.tasks.untilAsked(row.id, 2);
    await replica.kill();
    await stack.tasks.setActive(row.id, 0);
    expect(await stack.row(row.id)).toMatchObject({ state: 'deleting', deleted_at: null });
    await stack.startReplica();
    await gone(row.id);
    expect(existsSync(row.project_path)).toBe(false);
  });
});

describe('tasks that do not end', () => {
  it('are told in the reason; the workspace waits on', async () => {
    const row = await left(deletionReasons.cancelling);
    await stack.tasks.makeStubborn(row.id);
    await stack.tasks.setActive(row.id, 3);
    const replica = await stack.startReplica();
    await replica.stop();
    const patience = { firstMs: 1, longestMs: 2, totalMs: 20 };
    const now = await stack.row(row.id);
    await finishDeletion(stack.context, stack.records, now, new AbortController().signal, patience);
    expect(await stack.row(row.id)).toMatchObject({
      state: 'deleting',
      state_reason: 'Its tasks are being cancelled; 3 of them have not ended yet.',
    });
    expect(existsSync(row.project_path)).toBe(true);
    await stack.tasks.setActive(row.id, 0);
    await stack.startReplica();
    await gone(row.id);
  });
});
