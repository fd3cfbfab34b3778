import { LogPage, newId } from '@aicode/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';
import { expectProblemResponse } from '../fixtures/problem-answer.js';
import { SseClient } from '../fixtures/sse-client.js';

let stack: GatewayStack;
let taskId: string;
const open: SseClient[] = [];

beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack.stop());

beforeEach(async () => {
  const owner = stack.auth.user('operator').id;
  taskId = stack.tasks.add(stack.workspaces.add(owner).id, owner).id;
  await stack.tasks.start(taskId, 1);
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});

const lines = (count: number, word = 'line'): string[] => Array.from({ length: count }, (_, i) => `${word} ${i + 1}`);
const whole = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

async function page(query = ''): Promise<LogPage> {
  const response = await stack.call(`/tasks/${taskId}/logs${query}`, { as: 'operator' });
  expect(response.status).toBe(200);
  return LogPage.parse(await response.json());
}

function ask(headers: Record<string, string> = {}, query = ''): Promise<Response> {
  return stack.call(`/tasks/${taskId}/logs${query}`, {
    as: 'operator',
    headers: { Accept: 'text/event-stream', ...headers },
  });
}

async function stream(query = '', headers: Record<string, string> = {}): Promise<SseClient> {
  const response = await ask(headers, query);
  expect(response.status).toBe(200);
  const client = new SseClient(response);
  open.push(client);
  return client;
}

async function end(state: 'succeeded' | 'failed' = 'succeeded', attempt = 1): Promise<void> {
  await stack.tasks.append(taskId, attempt, ['It has ended'], 'end');
  await stack.tasks.persist(taskId, state);
}

describe('a page', () => {
  it('gives history by cursor until it is complete', async () => {
    await stack.tasks.append(taskId, 1, lines(4));
    await stack.tasks.persist(taskId);
    const first = await page('?limit=3');
    expect(first).toMatchObject({ next_after: '3.1', complete: false });
    expect(await page(`?after=${first.next_after}`)).toMatchObject({ next_after: '4.1', complete: false });
    await end();
    const last = await page(`?after=4.1`);
    expect(last).toMatchObject({ next_after: '5.1', complete: true });
    expect(last.items.map(({ source }) => source)).toEqual(['end']);
    expect(await page('?after=5.1')).toMatchObject({ items: [], next_after: '5.1', complete: true });
  });

  it('says so when the log is not what the cursor saw', async () => {
    await stack.tasks.append(taskId, 1, lines(2));
    await end();
    for (const after of ['2.0', '9', '9.1']) {
      const response = await stack.call(`/tasks/${taskId}/logs?after=${after}`, { as: 'operator' });
      await expectProblemResponse(response, 'log.cursor_invalid');
    }
  });
});

describe('a stream', () => {
  it('gives history, then live, then the end, each line once, and closes', async () => {
    await stack.tasks.append(taskId, 1, lines(1200));
    await stack.tasks.persist(taskId);
    const client = await stream();
    expect(client.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(client.response.headers.get('x-accel-buffering')).toBe('no');
    await client.untilSeq(1200);
    await stack.tasks.append(taskId, 1, lines(3));
    await client.untilSeq(1203);
    await end();
    await client.untilClosed();
    expect(client.seqs).toEqual(whole(1204));
    expect(client.events[0]).toMatchObject({ event: 'status', data: { id: taskId, state: 'running' } });
    expect(client.events.at(-1)).toMatchObject({ event: 'end', id: '1204.1', data: { state: 'succeeded' } });
  });

  it('goes on where Last-Event-ID says, whatever the address says', async () => {
    await stack.tasks.append(taskId, 1, lines(5));
    await stack.tasks.persist(taskId);
    const client = await stream('?after=1', { 'Last-Event-ID': '3.1' });
    await client.untilSeq(5);
    expect(client.seqs).toEqual([4, 5]);
  });

  it('ends for good with 204 once the reader has the end', async () => {
    await stack.tasks.append(taskId, 1, lines(2));
    await end();
    const client = await stream();
    await client.untilClosed();
    expect(client.lastEventId).toBe('3.1');
    const again = (cursor: string) => ask({ 'Last-Event-ID': cursor });
    expect((await again('3.1')).status).toBe(204);
    expect((await again('3')).status).toBe(204);
    const forged = new SseClient(await again('3.0'));
    await forged.untilClosed();
    expect(forged.events.map(({ event }) => event)).toEqual(['reset', 'log', 'log', 'log', 'end']);
  });

  it('of an attempt that is tried again goes on', async () => {
    const client = await stream();
    await stack.tasks.append(taskId, 1, lines(2));
    await stack.tasks.append(taskId, 1, ['It failed'], 'end');
    await stack.tasks.persist(taskId);
    await client.untilSeq(3);
    await stack.tasks.start(taskId, 2);
    await stack.tasks.append(taskId, 2, lines(2));
    await stack.tasks.append(taskId, 2, ['It worked'], 'end');
    await stack.tasks.persist(taskId, 'succeeded');
    await client.untilClosed();
    expect(client.entries.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2, 2, 2]);
    expect(client.events.map(({ event }) => event)).not.toContain('reset');
  });

  it('with a cursor beyond the end is set back', async () => {
    await stack.tasks.append(taskId, 1, lines(2));
    const client = await stream('?after=500.1');
    await client.untilEvent('reset');
    expect(client.events.find(({ event }) => event === 'reset')).toMatchObject({ id: '2', data: { from: 2 } });
    await stack.tasks.append(taskId, 1, lines(1));
    await client.untilSeq(3);
  });

  it.each(['abc', '1.2.3', '-1'])('refuses the Last-Event-ID %s', async (id) => {
    await expectProblemResponse(await ask({ 'Last-Event-ID': id }), 'request.invalid');
  });

  it('of a task that is not the reader’s does not begin', async () => {
    stack.auth.addUser('stranger', 'operator');
    const headers = { Accept: 'text/event-stream' };
    const response = await stack.call(`/tasks/${taskId}/logs`, { as: 'stranger', headers });
    await expectProblemResponse(response, 'task.not_found');
  });

  it('is held by many readers that come and go while lines come, and each has every line once', async () => {
    const total = 600;
    const reader = async (stride: number): Promise<number[]> => {
      const seen: number[] = [];
      let cursor: string | undefined;
      for (;;) {
        const response = await ask(cursor === undefined ? {} : { 'Last-Event-ID': cursor });
        if (response.status === 204) return seen;
        const client = new SseClient(response);
        const goal = (seen.at(-1) ?? 0) + stride;
        await client.until((now) => (now.seqs.at(-1) ?? 0) >= goal || now.events.at(-1)?.event === 'end');
        seen.push(...client.seqs);
        cursor = client.lastEventId;
        await client.close();
        if (client.events.at(-1)?.event === 'end') return seen;
      }
    };
    const readers = [7, 40, 111, 1000].map(reader);
    for (let i = 0; i < total / 20; i += 1) {
      await stack.tasks.append(taskId, 1, lines(20));
      if (i % 3 === 0) await stack.tasks.persist(taskId);
    }
    await end();
    for (const seen of await Promise.all(readers)) expect(seen).toEqual(whole(total + 1));
  });

  it('that its reader does not read costs that reader alone, and not a line', async () => {
    const slow = await stream();
    const fast = await stream();
    const big = lines(50).map((line) => line.padEnd(20_000, '.'));
    for (let i = 0; i < 20; i += 1) {
      await stack.tasks.append(taskId, 1, big);
      await fast.untilSeq((i + 1) * 50);
      await stack.tasks.persist(taskId);
    }
    await end();
    await fast.untilClosed();
    await slow.untilClosed();
    expect(fast.seqs).toEqual(whole(1001));
    expect(slow.seqs).toEqual(whole(1001));
  });

  it('survives a restart of Redis that lost the tail: it is set back, and then whole', async () => {
    const fresh = await startGateway({ bus: { timeout: 1000 } });
    const owner = fresh.auth.user('operator').id;
    const { id } = fresh.tasks.add(fresh.workspaces.add(owner).id, owner);
    await fresh.tasks.start(id, 1);
    const client = new SseClient(
      await fresh.call(`/tasks/${id}/logs`, { as: 'operator', headers: { Accept: 'text/event-stream' } }),
    );
    try {
      await fresh.tasks.append(id, 1, lines(3));
      await fresh.tasks.persist(id);
      await fresh.tasks.append(id, 1, lines(4, 'lost'));
      await client.untilSeq(7);
      await fresh.redis.kill();
      await fresh.redis.start();
      await fresh.tasks.start(id, 2);
      await fresh.tasks.append(id, 2, lines(6, 'true'));
      await client.untilEvent('reset');
      await fresh.tasks.append(id, 2, ['It has ended'], 'end');
      await fresh.tasks.persist(id, 'succeeded');
      await client.untilClosed();
      expect(client.seqs).toEqual(whole(10));
      expect(client.entries.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2, 2]);
    } finally {
      await client.close();
      await fresh.stop();
    }
  });
});

describe('a stream is closed', () => {
  it('when its session ends', async () => {
    const token = await stack.auth.token('operator', { sid: newId('session') });
    const headers = { Authorization: `Bearer ${token}` };
    const response = await stack.call(`/tasks/${taskId}/logs`, {
      headers: { ...headers, Accept: 'text/event-stream' },
    });
    const client = new SseClient(response);
    await client.untilEvent('status');
    await stack.call('/auth/logout', { method: 'POST', headers });
    await client.untilClosed();
    expect(client.comments.at(-1)).toContain('session has ended');
  });

  it('when its access token runs out', async () => {
    const token = await stack.auth.token('operator', { exp: Math.floor(Date.now() / 1000) + 2 });
    const response = await stack.call(`/tasks/${taskId}/logs`, {
      headers: { Authorization: `Bearer ${token}`, Accept: 'text/event-stream' },
    });
    const client = new SseClient(response);
    await client.untilClosed();
    expect(client.comments.at(-1)).toContain('come back with a fresh one');
  });

  it('when the gateway stops, which waits for nobody', async () => {
    const fresh = await startGateway();
    const owner = fresh.auth.user('operator').id;
    const { id } = fresh.tasks.add(fresh.workspaces.add(owner).id, owner);
    const client = new SseClient(
      await fresh.call(`/tasks/${id}/logs`, { as: 'operator', headers: { Accept: 'text/event-stream' } }),
    );
    await client.untilEvent('status');
    const begun = performance.now();
    await fresh.stop();
    expect(performance.now() - begun).toBeLessThan(10_000);
    await client.untilClosed();
    expect(client.comments.at(-1)).toContain('the server is stopping');
  });

  it('before it begins when the user holds too many', async () => {
    const clients = await Promise.all(whole(64).map(() => stream()));
    const response = await ask();
    expect(response.headers.get('retry-after')).toBe('5');
    await expectProblemResponse(response, 'request.rate_limited');
    await Promise.all(clients.map((client) => client.close()));
  });
});
