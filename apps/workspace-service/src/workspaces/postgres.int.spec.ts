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
  it('give a name once, however many ask', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => stack.rpc.create({ name: 'once' }, { actor: alice })),
    );
    const codes = tries.flatMap((result) => (result.status === 'rejected' ? [result.reason as { code: string }] : []));
    expect(codes).toHaveLength(9);
    expect(new Set(codes.map(({ code }) => code))).toEqual(new Set(['workspace.name_taken']));
  });

  // Requests that took each other's turn all the time failed about every fourth of these.
  it.each(Array.from({ length: 20 }, (_, n) => `many-${n}`))('delete once for all who ask: %s', async (name) => {
    const { id } = await stack.rpc.create({ name }, { actor: alice });
    const remove = () => stack.rpc.delete({ workspace_id: id, force: false }, { actor: alice });
    await Promise.all(Array.from({ length: 10 }, remove));
    await stack.change(id, ({ reason }) => reason === deletionReasons.deleted);
    const told = stack.told.filter((change) => change.id === id && change.reason === deletionReasons.deleted);
    expect(told).toHaveLength(1);
  });
});
