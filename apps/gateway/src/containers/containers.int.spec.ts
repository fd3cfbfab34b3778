import { WorkspaceStats, type Workspace } from '@aicode/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';
import { expectProblemResponse } from '../fixtures/problem-answer.js';

let stack: GatewayStack;
beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack?.stop());

const add = (changes: Partial<Workspace> = {}): Workspace => {
  const workspace = stack.workspaces.add(stack.auth.user('operator').id);
  Object.assign(workspace, changes);
  return workspace;
};

const verbs = [
  ['start', 'POST', 'operator'],
  ['stop', 'POST', 'operator'],
  ['stats', 'GET', 'operator'],
  ['stats', 'GET', 'admin'],
] as const;

describe('the containers of a workspace', () => {
  it.each(verbs)(
    '%s by %s as %s: docker-manager is told whose they are, and its answer comes back',
    async (verb, method, as) => {
      const { id } = add({ container_settings: { cpu: 2 }, project_path: '/srv/two' });
      const response = await stack.call(`/workspaces/${id}/${verb}`, { as, method });
      expect(response.status).toBe(200);
      expect(WorkspaceStats.parse(await response.json())).toMatchObject({ disk: { used: 1024, limit: 4096 } });
      expect(stack.docker.asked.at(-1)).toMatchObject({
        method: verb,
        input: { workspace_id: id, project_path: '/srv/two', container: { cpu: 2 } },
        actor: { user_id: stack.auth.user(as).id },
      });
    },
  );

  it.each([
    [{ state: 'creating' }, 'workspace.not_ready', 'still being made'],
    [{ state: 'failed', reason: 'The host cannot be found.' }, 'workspace.not_ready', 'The host cannot be found.'],
    [{ state: 'deleting' }, 'workspace.deleting', 'being deleted'],
  ] as const)('of one that is %j are not started, but can be looked at and stopped', async (state, code, words) => {
    const { id } = add(state);
    const before = stack.docker.asked.length;
    for (const [path, body] of [['start'], ['exec', { command: 'ls' }]] as const) {
      const response = await stack.call(`/workspaces/${id}/${path}`, { as: 'operator', method: 'POST', body });
      expect((await expectProblemResponse(response, code)).detail).toContain(words);
    }
    expect(stack.docker.asked).toHaveLength(before);
    for (const [path, method] of [
      ['stats', 'GET'],
      ['stop', 'POST'],
    ] as const) {
      expect((await stack.call(`/workspaces/${id}/${path}`, { as: 'operator', method })).status).toBe(200);
    }
  });
});
