import { newId, Nodes, Queue, Summary } from '@aicode/contracts';
import { until } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';
import { expectProblemResponse } from '../fixtures/problem-answer.js';

let stack: GatewayStack;
beforeAll(async () => {
  stack = await startGateway({ bus: { timeout: 500 } });
});
afterAll(() => stack.stop());

const summary = async (as: string, query = ''): Promise<Summary> => {
  const response = await stack.call(`/summary${query}`, { as });
  expect(response.status).toBe(200);
  return Summary.parse(await response.json());
};
const nodes = async (): Promise<Nodes> => Nodes.parse(await (await stack.call('/nodes', { as: 'viewer' })).json());

describe('the summary', () => {
  it('puts together what the services know, of what the caller may see', async () => {
    const owner = stack.auth.user('operator').id;
    const workspace = stack.workspaces.add(owner);
    const task = stack.tasks.add(workspace.id, owner);
    stack.tasks.add(stack.workspaces.add(stack.auth.user('viewer').id).id, stack.auth.user('viewer').id);
    expect(await summary('operator')).toMatchObject({
      waiting: 1,
      recent: [{ id: task.id }],
      tokens_today: 4321,
      cost_today_usd: 0.25,
      containers: { running: 1, paused: 2, stopped: 3 },
      nodes: [{ name: 'local', cpu_percent: 12.5, memory_used: 1000, load: 0.5, disk_free: 5000 }],
    });
    expect(stack.docker.counted.at(-1)).toEqual([workspace.id]);
    expect((await summary('admin')).waiting).toBe(2);
    expect(stack.docker.counted.at(-1)).toBeNull();
  });

  it('begins today where the caller’s day began, or that of UTC', async () => {
    expect((await summary('admin', '?since=2026-03-01T00:00:00%2B09:00')).since).toBe('2026-02-28T15:00:00.000Z');
    expect(stack.tasks.summaries.at(-1)).toBe('2026-02-28T15:00:00.000Z');
    expect((await summary('admin')).since).toMatch(/^\d{4}-\d\d-\d\dT00:00:00\.000Z$/);
    for (const since of ['yesterday', '2026-03-01', '1']) {
      await expectProblemResponse(await stack.call(`/summary?since=${since}`, { as: 'admin' }), 'request.invalid');
    }
  });
});

describe('the queue', () => {
  it('is as long as asked for, and not longer than allowed', async () => {
    const queue = Queue.parse(await (await stack.call('/queue?limit=1', { as: 'admin' })).json());
    expect(queue).toMatchObject({ total: 2, truncated: true, items: [{ position: 1, node: 'local' }] });
    await expectProblemResponse(await stack.call('/queue?limit=501', { as: 'admin' }), 'request.invalid');
  });
});

describe('many tasks and one', () => {
  it('are cancelled with a result for each, get another priority, show their attempts', async () => {
    const owner = stack.auth.user('operator').id;
    const workspaceId = stack.workspaces.add(owner).id;
    const [mine, theirs] = [stack.tasks.add(workspaceId, owner).id, stack.tasks.add(workspaceId, newId('user')).id];
    const post = { as: 'operator', method: 'POST', body: { ids: [mine, theirs] } };
    const cancelled = await stack.call('/tasks/cancel', post);
    expect(cancelled.status).toBe(202);
    expect(await cancelled.json()).toMatchObject({
      results: [
        { id: mine, task: { cancel_requested: true }, error: null },
        { id: theirs, task: null, error: { code: 'task.not_found' } },
      ],
    });
    const twice = await stack.call('/tasks/cancel', { ...post, body: { ids: [mine, mine] } });
    await expectProblemResponse(twice, 'request.invalid');

    const patch = { as: 'operator', method: 'PATCH', body: { priority: 'high' } };
    expect(await (await stack.call(`/tasks/${mine}`, patch)).json()).toMatchObject({ id: mine, priority: 'high' });
    expect(await (await stack.call(`/tasks/${mine}/attempts`, { as: 'operator' })).json()).toMatchObject({
      items: [{ number: 1, state: 'open' }],
    });
    await stack.tasks.change(mine, { state: 'running' });
    await expectProblemResponse(await stack.call(`/tasks/${mine}`, patch), 'task.not_pending');
  });

  it('have their log searched', async () => {
    const owner = stack.auth.user('operator').id;
    const { id } = stack.tasks.add(stack.workspaces.add(owner).id, owner);
    await stack.tasks.start(id, 1);
    await stack.tasks.append(id, 1, ['hello', 'good bye', 'hello again']);
    await stack.tasks.persist(id);
    const search = (query: string) => stack.call(`/tasks/${id}/logs/search?${query}`, { as: 'operator' });
    expect(await (await search('q=hello&after=1')).json()).toEqual({
      matches: [{ seq: 3, attempt: 1, excerpt: 'hello again', ranges: [{ start: 0, end: 5 }] }],
      total: 1,
      truncated: false,
      next_after: 3,
    });
    for (const query of ['', 'q=', 'q=%1b', `q=${'x'.repeat(201)}`, 'q=a&limit=0', 'q=a&after=-1', 'q=a&after=1.5']) {
      await expectProblemResponse(await search(query), 'request.invalid');
    }
  });
});

describe('the nodes', () => {
  it('are shown with each service, the engine and the runner', async () => {
    const all = await nodes();
    expect(all.services.map(({ name }) => name).sort()).toEqual(
      ['auth', 'claude-runner', 'docker-manager', 'gateway', 'task-manager', 'workspace-service'].sort(),
    );
    expect(all.services.every(({ state }) => state === 'up')).toBe(true);
    expect(all.engine).toMatchObject({ state: 'missing' });
    expect(all.nodes).toMatchObject([{ node: 'local', running: 1, max_sessions: 4, figures: { cores: 2 } }]);
  });

  it('show also what does not answer, and the summary leaves it out', async () => {
    await stack.stopService('claude-runner');
    await stack.stopService('docker-manager');
    let all = await nodes();
    await until(async () => (all = await nodes()).engine === null && all.nodes.length === 0);
    for (const name of ['claude-runner', 'docker-manager']) {
      expect(all.services).toContainEqual({ name, state: 'down', reason: expect.any(String), dependencies: [] });
    }
    expect(await summary('admin')).toMatchObject({ containers: null, nodes: [] });
  });
});
