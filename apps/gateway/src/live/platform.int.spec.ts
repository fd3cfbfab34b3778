import {
  accessCookie,
  containerChanged,
  newId,
  platformNamespace,
  workspaceChanged,
  workspaceNamespace,
  type Workspace,
} from '@aicode/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { Browser } from '../fixtures/browser.js';
import { startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';
import { LiveClient } from '../fixtures/live-client.js';

let stack: GatewayStack;
let workspace: Workspace;
let taskId: string;
const open: LiveClient[] = [];

beforeAll(async () => {
  stack = await startGateway({ server: { cors_origins: ['https://friend.example.org'] } });
  stack.auth.addUser('stranger', 'operator');
});
afterAll(() => stack.stop());

beforeEach(() => {
  const owner = stack.auth.user('operator').id;
  workspace = stack.workspaces.add(owner);
  taskId = stack.tasks.add(workspace.id, owner).id;
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

async function connect(as: string, namespace = platformNamespace): Promise<LiveClient> {
  return opened(new LiveClient(stack.url, namespace, await stack.auth.token(as)));
}

function opened(client: LiveClient): Promise<LiveClient> {
  open.push(client);
  return client.connected();
}

const tellWorkspace = (changed: Workspace): Promise<unknown> =>
  stack.gateway.context.events.publish(workspaceChanged, { workspace: changed });
const tellContainer = (workspaceId: string, event: 'started' | 'stopped'): Promise<unknown> =>
  stack.gateway.context.events.publish(containerChanged, {
    workspace_id: workspaceId,
    room: 0,
    state: event === 'started' ? 'running' : 'stopped',
    event,
    reason: null,
  });

describe('the platform’s socket', () => {
  it('tells of tasks, workspaces and containers that its user may see', async () => {
    const client = await connect('operator');
    await stack.tasks.change(taskId, { state: 'running' });
    await tellWorkspace({ ...workspace, name: 'renamed' });
    await tellContainer(workspace.id, 'started');
    await client.until(({ changes }) => changes.length === 3);
    expect(client.frames).toMatchObject([
      { type: 'status', workspace_id: workspace.id, task_id: taskId, seq: 0, data: { task: { state: 'running' } } },
      { type: 'status', workspace_id: workspace.id, task_id: null, seq: 0, data: { workspace: { name: 'renamed' } } },
      { type: 'status', workspace_id: workspace.id, task_id: null, seq: 0, data: { container: { event: 'started' } } },
    ]);
  });

  it('tells strangers nothing, and administrators everything', async () => {
    const stranger = await connect('stranger');
    const admin = await connect('admin');
    await stack.tasks.change(taskId, { state: 'running' });
    await tellWorkspace(workspace);
    await tellContainer(workspace.id, 'started');
    await admin.until(({ changes }) => changes.length === 3);
    const own = stack.workspaces.add(stack.auth.user('stranger').id);
    await tellContainer(own.id, 'started');
    await stranger.until(({ changes }) => changes.length > 0);
    expect(stranger.changes).toMatchObject([{ container: { workspace_id: own.id } }]);
  });

  it('keeps the order of a workspace’s containers, also while it is found out whose they are', async () => {
    const client = await connect('operator');
    const told = ['started', 'stopped', 'started', 'stopped'] as const;
    for (const event of told) await tellContainer(workspace.id, event);
    await client.until(({ changes }) => changes.length === told.length);
    expect(client.changes).toMatchObject(told.map((event) => ({ container: { event } })));
  });

  it('says nothing of containers that are nobody’s', async () => {
    const client = await connect('admin');
    await tellContainer(newId('workspace'), 'started');
    await tellContainer(workspace.id, 'stopped');
    await client.until(({ changes }) => changes.length > 0);
    expect(client.changes).toMatchObject([{ container: { workspace_id: workspace.id } }]);
  });

  it('takes no commands, and says where they go', async () => {
    const client = await connect('operator');
    const answer = await client.send({ command: 'cancel', task_id: taskId });
    expect(answer).toMatchObject({
      ok: false,
      code: 'request.invalid',
      message: expect.stringContaining('/ws/<workspace'),
    });
    client.socket.emit('frame', 'x');
    client.socket.emit('cancel', taskId);
    await client.until(({ errors }) => errors.length === 2);
    expect(client.frames).toMatchObject([{ workspace_id: null }, { workspace_id: null }]);
    expect(stack.tasks.held(taskId).task.cancel_requested).toBe(false);
  });

  it('is closed when it is sent too many frames', async () => {
    const client = await connect('operator');
    for (let i = 0; i < 300; i += 1) client.socket.emit('frame', { type: 'command' });
    await client.untilClosed();
    expect(client.errors.at(-1)).toBe('request.rate_limited');
  });

  it('counts among those that a user holds', async () => {
    stack.auth.addUser('many', 'operator');
    for (let i = 0; i < 64; i += 1) await connect('many');
    const last = await connect('many');
    await last.untilClosed();
    expect(last.errors).toEqual(['request.rate_limited']);
  });

  it('is closed when its token runs out', async () => {
    const token = await stack.auth.token('operator', { exp: Math.floor(Date.now() / 1000) + 2 });
    const client = await opened(new LiveClient(stack.url, platformNamespace, token));
    await client.untilClosed();
    expect(client.errors).toEqual(['auth.token_invalid']);
  });
});

describe('a page’s sockets', () => {
  let browser: Browser;
  const namespaces = (): string[] => [platformNamespace, workspaceNamespace(workspace.id)];
  const page = (namespace: string, headers: Record<string, string>, token?: string): Promise<LiveClient> =>
    opened(
      new LiveClient(stack.url, namespace, token, {
        headers: { ...browser.cookieHeader('/socket.io/'), ...headers },
        transports: ['websocket'],
      }),
    );

  beforeEach(async () => {
    browser = new Browser(stack.url);
    await browser.signIn('operator', stack.auth.password);
  });

  it('are let in by the cookie, which only the access is', async () => {
    for (const namespace of namespaces()) await page(namespace, { Origin: stack.url });
    browser.cookies.delete(accessCookie);
    await expect(page(platformNamespace, { Origin: stack.url })).rejects.toThrow('auth.required');
  });

  it.each<[string, Record<string, string>]>([
    ['of nowhere', {}],
    ['of a neighbour', { 'Sec-Fetch-Site': 'same-site' }],
    ['that may use tokens', { Origin: 'https://friend.example.org' }],
  ])('of a page %s are not', async (_what, headers) => {
    for (const namespace of namespaces()) {
      await expect(page(namespace, headers)).rejects.toThrow('request.origin_refused');
    }
  });

  it('of another page are not even answered', async () => {
    await expect(page(platformNamespace, { Origin: 'https://evil.org' })).rejects.toThrow();
  });

  it('with a token are who the token says, whatever the cookie is', async () => {
    await expect(page(platformNamespace, { Origin: stack.url }, 'abc')).rejects.toThrow('auth.token_invalid');
    await expect(page(platformNamespace, { Origin: stack.url, Authorization: 'Bearer abc' })).rejects.toThrow(
      'auth.token_invalid',
    );
    const stranger = await page(platformNamespace, { Origin: stack.url }, await stack.auth.token('stranger'));
    const operator = await page(platformNamespace, { Origin: stack.url });
    await stack.tasks.change(taskId, { state: 'running' });
    await operator.until(({ changes }) => changes.length === 1);
    expect(stranger.frames).toEqual([]);
  });

  it('are closed at once by signing out, in every tab, and told why', async () => {
    const tabs = [];
    for (const namespace of [...namespaces(), platformNamespace])
      tabs.push(await page(namespace, { Origin: stack.url }));
    const other = new Browser(stack.url);
    await other.signIn('operator', stack.auth.password);
    const stays = await opened(
      new LiveClient(stack.url, platformNamespace, undefined, {
        headers: { ...other.cookieHeader('/'), Origin: stack.url },
        transports: ['websocket'],
      }),
    );
    await browser.signOut();
    for (const tab of tabs) {
      await tab.untilClosed();
      expect(tab.errors).toEqual(['auth.session_ended']);
    }
    expect(stays.socket.connected).toBe(true);
  });

  it('are closed when a stolen refresh cookie ends the session', async () => {
    const socket = await page(platformNamespace, { Origin: stack.url });
    const thief = browser.copy();
    await browser.refresh();
    stack.auth.overlapMs = 0;
    await thief.refresh();
    stack.auth.overlapMs = 60_000;
    await socket.untilClosed();
    expect(socket.errors).toEqual(['auth.session_ended']);
  });
});
