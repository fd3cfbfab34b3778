import { healthRpc, newId } from '@aicode/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { admin, alice, bob, startStack, viewer, type WorkspaceStack } from '../fixtures/workspace-stack.js';

let stack: WorkspaceStack;
const ids: Record<string, string> = {};
beforeAll(async () => {
  stack = await startStack();
  await stack.startReplica();
  for (const [name, actor] of [
    ['one', alice],
    ['two', alice],
    ['three', alice],
    ['one', bob],
  ] as const) {
    ids[`${name} of ${actor.user_id}`] = (await stack.rpc.create({ name }, { actor })).id;
  }
});
afterAll(() => stack?.stop());

const idOf = (name: string, actor = alice) => ids[`${name} of ${actor.user_id}`] ?? '';

describe('looking at workspaces', () => {
  it('shows one to its owner and to administrators, to nobody else', async () => {
    const ref = { workspace_id: idOf('one') };
    await expect(stack.rpc.get(ref, { actor: alice })).resolves.toMatchObject({ name: 'one' });
    await expect(stack.rpc.get(ref, { actor: admin })).resolves.toMatchObject({ owner_id: alice.user_id });
    for (const actor of [bob, viewer]) {
      await expect(stack.rpc.get(ref, { actor })).rejects.toMatchObject({ code: 'workspace.not_found' });
    }
  });

  it('says of one that does not exist the same as of a foreign one', async () => {
    const tell = (workspace_id: string) =>
      stack.rpc.get({ workspace_id }, { actor: bob }).catch((error: Error) => error.message.replace(workspace_id, 'X'));
    expect(await tell(newId('workspace'))).toBe(await tell(idOf('one')));
  });

  it('lists the newest first, page by page', async () => {
    const first = await stack.rpc.list({ limit: 2 }, { actor: alice });
    expect(first.items.map(({ name }) => name)).toEqual(['three', 'two']);
    expect(first.next_cursor).toBe(idOf('two'));
    const second = await stack.rpc.list({ limit: 2, cursor: idOf('two') }, { actor: alice });
    expect(second.items.map(({ name }) => name)).toEqual(['one']);
    expect(second.next_cursor).toBeNull();
  });

  it('ends a list whose last page is full', async () => {
    expect((await stack.rpc.list({ limit: 3 }, { actor: alice })).next_cursor).toBeNull();
  });

  it('lists what the actor may see, by name too', async () => {
    const names = async (input: { name?: string }, actor = alice) =>
      (await stack.rpc.list({ limit: 50, ...input }, { actor })).items.map(({ id }) => id);
    expect(await names({ name: 'one' })).toEqual([idOf('one')]);
    expect(await names({ name: 'one' }, admin)).toEqual([idOf('one', bob), idOf('one')]);
    expect(await names({}, viewer)).toEqual([]);
    expect(await names({}, admin)).toHaveLength(4);
  });

  it('takes a made-up cursor for what it is: a text to compare with', async () => {
    const page = await stack.rpc.list({ limit: 50, cursor: "ws_' OR 1=1 --" }, { actor: alice });
    expect(page.items).toEqual([]);
  });

  it('tells the health of its database', async () => {
    const replica = await stack.startReplica();
    const { dependencies } = await replica.context.rpc.client(healthRpc('workspace-service')).check({});
    expect(dependencies).toContainEqual({ name: 'database', state: 'up', reason: null });
  });
});
