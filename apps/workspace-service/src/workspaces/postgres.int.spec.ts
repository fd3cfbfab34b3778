import { startPostgres, type RunningPostgres } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { alice, startStack, type WorkspaceStack } from '../fixtures/workspace-stack.js';
import { deletionReasons } from './delete-workspace.js';

let postgres: RunningPostgres;
let stack: WorkspaceStack;
beforeAll(async () => {
  postgres = await startPostgres();
  stack = await startStack({}, { databaseUrl: await postgres.newDatabase() });
  await Promise.all([stack.startReplica(), stack.startReplica()]);
});
afterAll(async () => {
  await stack?.stop();
  await postgres?.stop();
});

describe('two replicas on PostgreSQL', () => {
  it('give a name once, and delete once', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => stack.rpc.create({ name: 'once' }, { actor: alice })),
    );
    const made = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const codes = tries.flatMap((result) => (result.status === 'rejected' ? [result.reason as { code: string }] : []));
    expect(made).toHaveLength(1);
    expect(new Set(codes.map(({ code }) => code))).toEqual(new Set(['workspace.name_taken']));

    const id = made[0]?.id ?? '';
    const remove = () => stack.rpc.delete({ workspace_id: id, force: false }, { actor: alice });
    await Promise.all(Array.from({ length: 10 }, remove));
    await stack.change(id, ({ reason }) => reason === deletionReasons.deleted);
    const told = stack.told.filter((change) => change.reason === deletionReasons.deleted);
    expect(told).toHaveLength(1);
  });
});
