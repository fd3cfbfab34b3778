import { DockerConfig, newId, resolveContainer, workspaceChanged, type Workspace } from '@aicode/contracts';
import { until } from '@aicode/testing';
import { afterEach, describe, expect, it } from '@jest/globals';

import { containersStack, finish, type ContainersStack, type TestWorkspace } from './fixtures/containers-stack.js';

let stack: ContainersStack | undefined;
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
});

async function begin(pool: number): Promise<ContainersStack> {
  stack = await containersStack({ pool });
  return stack;
}

const stateOf = async (workspace: TestWorkspace) =>
  (await workspace.inspect().catch(() => undefined))?.State.Status ?? 'gone';

/** Says that a workspace is there, as workspace-service does. */
async function announce(all: ContainersStack, { id, project }: TestWorkspace, change: Partial<Workspace> = {}) {
  const time = new Date().toISOString();
  const workspace: Workspace = {
    id,
    name: 'new',
    state: 'ready',
    reason: null,
    source: { type: 'empty' },
    project_path: project,
    owner_id: newId('user'),
    node: 'local',
    slots: 1,
    container: resolveContainer({}, DockerConfig.parse({})),
    container_settings: {},
    version: 1,
    created_at: time,
    updated_at: time,
    ...change,
  };
  await all.service.context.events.publish(workspaceChanged, { workspace });
}

describe('the pool of containers made ahead', () => {
  it('has one for each new workspace, started and paused, which its first program takes', async () => {
    const all = await begin(2);
    const workspace = await all.workspace();
    await announce(all, workspace);
    await until(async () => (await stateOf(workspace)) === 'paused');
    const { Id } = await workspace.inspect();
    expect((await finish(await workspace.sh('echo quick'))).stdout).toBe('quick\n');
    expect((await workspace.inspect()).Id).toBe(Id);
  });

  it('lets the oldest go that nobody has used, and none that somebody has', async () => {
    const all = await begin(1);
    const [used, old, young] = await Promise.all([all.workspace(), all.workspace(), all.workspace()]);
    for (const workspace of [used, old, young]) {
      await announce(all, workspace);
      await until(async () => (await stateOf(workspace)) === 'paused');
      if (workspace === used) await finish(await workspace.sh('true'));
    }
    await until(async () => (await stateOf(old)) === 'gone');
    expect(await stateOf(young)).toBe('paused');
    expect(await stateOf(used)).not.toBe('gone');
  });

  it('is for new workspaces that are ready, once each', async () => {
    const all = await begin(4);
    const [creating, old, last] = await Promise.all([all.workspace(), all.workspace(), all.workspace()]);
    await announce(all, creating, { state: 'creating' });
    await announce(all, old, { created_at: '2020-01-01T00:00:00.000Z' });
    for (let i = 0; i < 3; i += 1) await announce(all, last);
    await until(async () => (await stateOf(last)) === 'paused');
    expect([await stateOf(creating), await stateOf(old)]).toEqual(['gone', 'gone']);
  });
});
