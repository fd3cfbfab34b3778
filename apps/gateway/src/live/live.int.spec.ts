import { isFinal, newId, workspaceNamespace } from '@aicode/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';
import { LiveClient } from '../fixtures/live-client.js';
import { property } from '../fixtures/property.js';
import { maxFrameBytes, maxSubscriptions } from './limits.js';

let stack: GatewayStack;
let workspaceId: string;
let taskId: string;
const open: LiveClient[] = [];

beforeAll(async () => {
  stack = await startGateway({ server: { cors_origins: ['https://friend.example.org'] } });
});
afterAll(() => stack.stop());

beforeEach(async () => {
  const owner = stack.auth.user('operator').id;
  workspaceId = stack.workspaces.add(owner).id;
  taskId = stack.tasks.add(workspaceId, owner).id;
  await stack.tasks.start(taskId, 1);
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

const whole = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const lines = (count: number): string[] => whole(count).map((n) => `line ${n}`);

async function connect(as = 'operator', namespace = workspaceNamespace(workspaceId)): Promise<LiveClient> {
  return connectWith(await stack.auth.token(as), namespace);
}

function connectWith(token: string | undefined, namespace: string, options = {}): Promise<LiveClient> {
  const client = new LiveClient(stack.url, namespace, token, options);
  open.push(client);
  return client.connected();
}

describe('connecting', () => {
  it.each([
    ['without a token', undefined, 'auth.required'],
    ['with a token that is none', 'abc', 'auth.token_invalid'],
  ])('%s is refused', async (_what, token, code) => {
    await expect(connectWith(token, workspaceNamespace(workspaceId))).rejects.toThrow(code);
  });

  it('with a token that has run out, or of an ended session, is refused', async () => {
    const late = await stack.auth.token('operator', { exp: Math.floor(Date.now() / 1000) - 1 });
    await expect(connectWith(late, workspaceNamespace(workspaceId))).rejects.toThrow('auth.token_invalid');
  });

  it('to a workspace that is another’s, or none, is refused', async () => {
    stack.auth.addUser('stranger', 'operator');
    await expect(connect('stranger')).rejects.toThrow('workspace.not_found');
    await expect(connect('operator', workspaceNamespace(newId('workspace')))).rejects.toThrow('workspace.not_found');
  });

  it.each(['/', '/ws/x', '/ws/platform/x', '/ws/ws_', '/other'])('to %s is refused', async (namespace) => {
    await expect(connect('operator', namespace)).rejects.toThrow(/Invalid namespace|request.not_found/);
  });

  it.each(['https://evil.org', 'null'])('from a page of %s is refused', async (origin) => {
    const token = await stack.auth.token('operator');
    const connecting = connectWith(token, workspaceNamespace(workspaceId), { origin });
    await expect(connecting).rejects.toThrow();
  });

  it('from a page that the config names is let in', async () => {
    const token = await stack.auth.token('operator');
    await connectWith(token, workspaceNamespace(workspaceId), { origin: 'https://friend.example.org' });
  });
});

describe('a workspace’s socket', () => {
  it('tells of every change of its tasks, and of no other’s', async () => {
    const client = await connect();
    const elsewhere = stack.tasks.add(newId('workspace'), stack.auth.user('operator').id).id;
    await stack.tasks.change(elsewhere, { state: 'running' });
    await stack.tasks.change(taskId, { state: 'waiting_approval' });
    await client.until(({ tasks }) => tasks.length > 0);
    expect(client.frames).toMatchObject([
      { type: 'status', workspace_id: workspaceId, task_id: taskId, seq: 0, data: { state: 'waiting_approval' } },
    ]);
  });

  it('follows a log: history, live, and the final state behind the last line', async () => {
    await stack.tasks.append(taskId, 1, lines(700));
    await stack.tasks.persist(taskId);
    const client = await connect();
    expect(await client.send({ command: 'subscribe', task_id: taskId })).toEqual({ ok: true });
    await client.until(({ seqs }) => seqs.length === 700);
    await stack.tasks.append(taskId, 1, lines(2));
    await stack.tasks.append(taskId, 1, ['It has ended'], 'end');
    await stack.tasks.persist(taskId, 'succeeded');
    await client.until(({ tasks }) => tasks.some(({ state }) => isFinal(state)));
    expect(client.seqs).toEqual(whole(703));
    expect(client.frames.at(-1)).toMatchObject({ type: 'status', seq: 703, data: { state: 'succeeded' } });
    expect(
      client.frames.filter(({ type }) => type === 'log').every(({ seq, data }) => seq === property(data, 'seq')),
    ).toBe(true);
  });

  it('follows from a cursor, and is told when the log was set back', async () => {
    await stack.tasks.append(taskId, 1, lines(3));
    const client = await connect();
    await client.send({ command: 'subscribe', task_id: taskId, after: '2.1' });
    await client.until(({ seqs }) => seqs.length === 1);
    expect(client.seqs).toEqual([3]);
    await client.send({ command: 'subscribe', task_id: taskId, after: '9.1' });
    await client.until(({ errors }) => errors.length === 1);
    expect(client.frames.at(-1)).toMatchObject({ seq: 3, data: { code: 'log.cursor_invalid', reset_from: 3 } });
  });

  it('leaves a log when told to', async () => {
    const client = await connect();
    await client.send({ command: 'subscribe', task_id: taskId });
    await stack.tasks.append(taskId, 1, lines(1));
    await client.until(({ seqs }) => seqs.length === 1);
    expect(await client.send({ command: 'unsubscribe', task_id: taskId })).toEqual({ ok: true });
    await stack.tasks.append(taskId, 1, lines(1));
    await stack.tasks.change(taskId, { state: 'waiting_approval' });
    await client.until(({ tasks }) => tasks.some(({ state }) => state === 'waiting_approval'));
    expect(client.seqs).toEqual([1]);
  });

  it('cancels a task', async () => {
    const client = await connect();
    expect(await client.send({ command: 'cancel', task_id: taskId })).toEqual({ ok: true });
    expect(stack.tasks.held(taskId).task.cancel_requested).toBe(true);
  });

  it('is closed when its session ends, and told why', async () => {
    const token = await stack.auth.token('operator', { sid: newId('session') });
    const client = await connectWith(token, workspaceNamespace(workspaceId));
    await stack.call('/auth/logout', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
    await client.untilClosed();
    expect(client.errors).toEqual(['auth.session_ended']);
  });

  it('is closed when its token runs out', async () => {
    const token = await stack.auth.token('operator', { exp: Math.floor(Date.now() / 1000) + 2 });
    const client = await connectWith(token, workspaceNamespace(workspaceId));
    await client.untilClosed();
    expect(client.errors).toEqual(['auth.token_invalid']);
  });
});

describe('frames of the wrong shape', () => {
  it.each([
    ['no object', 'x'],
    ['another type', { type: 'log', data: { command: 'cancel' } }],
    ['no command', { type: 'command' }],
    ['an unknown command', { type: 'command', data: { command: 'shutdown' } }],
    ['a foreign id', { type: 'command', data: { command: 'cancel', task_id: '../x' } }],
    ['more than asked', { type: 'command', data: { command: 'cancel', task_id: newId('task'), force: true } }],
    ['a wrong cursor', { type: 'command', data: { command: 'subscribe', task_id: newId('task'), after: '-1' } }],
  ])('%s: answered, nothing changed', async (_what, frame) => {
    const before = stack.tasks.changes.length;
    const client = await connect();
    const answer: unknown = await client.socket.timeout(5000).emitWithAck('frame', frame);
    expect(answer).toMatchObject({ ok: false, code: 'request.invalid' });
    client.socket.emit('frame', frame);
    await client.until(({ errors }) => errors.length === 1);
    expect(client.frames).toMatchObject([{ type: 'error', data: { code: 'request.invalid' } }]);
    expect(stack.tasks.changes.length).toBe(before);
  });

  it('on another event', async () => {
    const client = await connect();
    client.socket.emit('cancel', taskId);
    await client.until(({ errors }) => errors.length === 1);
    expect(client.errors).toEqual(['request.invalid']);
  });

  it('about tasks of another workspace, or of nobody', async () => {
    const elsewhere = stack.tasks.add(newId('workspace'), stack.auth.user('operator').id).id;
    const client = await connect();
    for (const id of [elsewhere, newId('task')]) {
      for (const command of ['subscribe', 'cancel']) {
        expect(await client.send({ command, task_id: id })).toMatchObject({ ok: false, code: 'task.not_found' });
      }
    }
    expect(await client.send({ command: 'unsubscribe', task_id: elsewhere })).toEqual({ ok: true });
  });

  it('by who may only look', async () => {
    const viewer = stack.auth.addUser('onlooker', 'viewer');
    const own = stack.workspaces.add(viewer.id).id;
    const task = stack.tasks.add(own, viewer.id).id;
    const client = await connect('onlooker', workspaceNamespace(own));
    expect(await client.send({ command: 'subscribe', task_id: task })).toEqual({ ok: true });
    expect(await client.send({ command: 'cancel', task_id: task })).toMatchObject({ code: 'auth.forbidden' });
  });

  it('too big: the socket is closed', async () => {
    const client = await connect();
    client.socket.emit('frame', 'x'.repeat(maxFrameBytes + 1));
    await client.untilClosed();
  });

  it('too many: the socket is closed', async () => {
    const client = await connect();
    for (let i = 0; i < 300; i += 1) client.socket.emit('frame', { type: 'command' });
    await client.untilClosed();
    expect(client.errors.at(-1)).toBe('request.rate_limited');
  });
});

it('bounds how many logs a socket follows', async () => {
  const client = await connect();
  const owner = stack.auth.user('operator').id;
  const ids = whole(maxSubscriptions + 1).map(() => stack.tasks.add(workspaceId, owner).id);
  const answers = [];
  for (const id of ids) answers.push(await client.send({ command: 'subscribe', task_id: id }));
  expect(answers.slice(0, -1).every(({ ok }) => ok)).toBe(true);
  expect(answers.at(-1)).toMatchObject({ ok: false, code: 'request.rate_limited' });
});

it('bounds how many sockets a user holds', async () => {
  stack.auth.addUser('many', 'operator');
  const own = stack.workspaces.add(stack.auth.user('many').id).id;
  const clients = [];
  for (let i = 0; i < 64; i += 1) clients.push(await connect('many', workspaceNamespace(own)));
  const last = await connect('many', workspaceNamespace(own));
  await last.untilClosed();
  expect(last.errors).toEqual(['request.rate_limited']);
  clients[0]?.close();
});
