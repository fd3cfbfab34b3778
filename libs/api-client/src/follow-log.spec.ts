import type { ServerResponse } from 'node:http';

import { afterEach, describe, expect, it } from '@jest/globals';

import { createApiClient, type ConnectionOptions, type FollowOptions, type LogStreamItem } from './index.js';
import {
  anEntry,
  aTask,
  json,
  problem,
  startServer,
  taskId,
  type Handler,
  type Seen,
  type TestServer,
} from './fixtures/http-server.js';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const frame = (event: string, data: unknown, id?: string) =>
  `${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const lines = (from: number, to: number, attempt = 1) =>
  Array.from({ length: to - from + 1 }, (_, index) =>
    frame('log', anEntry(from + index, attempt), `${from + index}.${attempt}`),
  ).join('');
const end = frame('end', aTask({ state: 'succeeded' }), '9.1');

function stream(response: ServerResponse, text: string, how: 'close' | 'break' | 'hold' = 'close') {
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
  response.write('retry: 2000\n\n: hello\n\n');
  if (how === 'close') response.end(text);
  else response.write(text, () => (how === 'break' ? response.socket?.destroy() : undefined));
}

async function follow(handler: Handler, options: FollowOptions = {}, connection: Partial<ConnectionOptions> = {}) {
  server = await startServer(handler);
  const client = createApiClient({ baseUrl: server.url, ...connection });
  const items: LogStreamItem[] = [];
  let error: unknown;
  try {
    for await (const item of client.followLog(taskId, options)) items.push(item);
  } catch (caught) {
    error = caught;
  }
  return { items: items.map(short), error, places: server.seen.map(place), seen: server.seen };
}

const short = (item: LogStreamItem): string =>
  item.type === 'log'
    ? String(item.entry.seq)
    : item.type === 'reset'
      ? `reset ${item.from}`
      : `${item.type} ${item.task.state}`;
const place = ({ headers }: Seen) => headers['last-event-id'] ?? '-';

describe('followLog', () => {
  it('gives every line and ends with the task', async () => {
    const { items, seen } = await follow((response) =>
      stream(response, frame('status', aTask()) + lines(1, 3) + frame('news', {}) + end),
    );
    expect(items).toEqual(['status running', '1', '2', '3', 'end succeeded']);
    expect(seen[0]?.headers.accept).toBe('text/event-stream');
  });

  it.each([['close' as const], ['break' as const]])(
    'comes back where it was when the server lets it %s',
    async (how) => {
      const { items, places } = await follow((response, _request, number) =>
        number === 1
          ? stream(response, lines(1, 2), how)
          : number === 2
            ? stream(response, lines(3, 4), how)
            : stream(response, lines(5, 5) + end),
      );
      expect(items).toEqual(['1', '2', '3', '4', '5', 'end succeeded']);
      expect(places).toEqual(['-', '2.1', '4.1']);
    },
  );

  it('takes half an event and half a letter for what they are', async () => {
    const whole = Buffer.from(frame('log', anEntry(1, 1, 'für 😀')) + end);
    server = await startServer(async (response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      for (const byte of whole) await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
      response.end();
    });
    const messages = [];
    for await (const item of createApiClient({ baseUrl: server.url }).followLog(taskId))
      if (item.type === 'log') messages.push(item.entry.message);
    expect(messages).toEqual(['für 😀']);
  });

  it('begins at a given place, and leaves out what comes twice', async () => {
    const { items, places } = await follow((response) => stream(response, lines(1, 5) + end), { after: '3.1' });
    expect(items).toEqual(['4', '5', 'end succeeded']);
    expect(places).toEqual(['3.1']);
  });

  it('comes back for lines that were left out', async () => {
    const { items, places } = await follow((response, _request, number) =>
      stream(response, number === 1 ? lines(1, 2) + lines(4, 5) : lines(3, 5) + end),
    );
    expect(items).toEqual(['1', '2', '3', '4', '5', 'end succeeded']);
    expect(places).toEqual(['-', '2.1']);
  });

  it('says it when the server leaves the same line out again and again', async () => {
    const { items, error } = await follow((response) => stream(response, lines(2, 3)));
    expect(items).toEqual([]);
    expect(error).toMatchObject({ code: 'internal', message: expect.stringContaining('2 came after 0') });
  });

  it('goes back where the server says, and forgets the attempt there', async () => {
    const { items, places } = await follow((response, _request, number) =>
      number === 1
        ? stream(response, lines(1, 5) + frame('reset', { from: 3 }, '3'), 'break')
        : stream(response, lines(4, 4, 2) + end),
    );
    expect(items).toEqual(['1', '2', '3', '4', '5', 'reset 3', '4', 'end succeeded']);
    expect(places).toEqual(['-', '3']);
  });

  it('asks for the task when there is nothing left to read', async () => {
    const { items } = await follow(
      (response, { url }) =>
        url.endsWith('/logs') ? void response.writeHead(204).end() : json(response, 200, aTask({ state: 'failed' })),
      { after: '9.1' },
    );
    expect(items).toEqual(['end failed']);
  });

  it.each([
    [404, 'task.not_found'],
    [403, 'auth.forbidden'],
    [401, 'auth.required'],
  ])('does not come back from %d', async (status, code) => {
    const { error, seen } = await follow((response) => problem(response, status, code));
    expect(error).toMatchObject({ status, code });
    expect(seen).toHaveLength(1);
  });

  it('comes back from 503 and 429, and tells only what a person should know', async () => {
    const told: string[] = [];
    const { items } = await follow(
      (response, _request, number) => {
        if (number === 1) stream(response, lines(1, 1), 'break');
        else if (number === 2) problem(response, 503, 'bus.unavailable');
        else if (number === 3) problem(response, 429, 'request.rate_limited');
        else if (number === 4) stream(response, lines(2, 2), 'close');
        else stream(response, lines(3, 3) + end);
      },
      { onConnection: (state) => told.push(state) },
    );
    expect(items).toEqual(['1', '2', '3', 'end succeeded']);
    expect(told).toEqual(['lost', 'open']);
  });

  it('takes a fresh token when the old one has run out', async () => {
    const { items } = await follow(
      (response, { headers }) =>
        headers.authorization === 'Bearer t2'
          ? stream(response, lines(2, 2) + end)
          : headers['last-event-id']
            ? problem(response, 401, 'auth.token_invalid')
            : stream(response, lines(1, 1)),
      {},
      { token: (refused) => Promise.resolve(refused === 't1' ? 't2' : 't1') },
    );
    expect(items).toEqual(['1', '2', 'end succeeded']);
  });

  it('does not wait for ever on a connection that has died in silence', async () => {
    const { items } = await follow(
      (response, _request, number) =>
        number === 1 ? stream(response, lines(1, 1), 'hold') : stream(response, lines(2, 2) + end),
      { silenceMs: 60 },
    );
    expect(items).toEqual(['1', '2', 'end succeeded']);
  });

  it('gives up after its patience', async () => {
    const { items, error } = await follow(
      (response, _request, number) =>
        number === 1 ? stream(response, lines(1, 1), 'break') : problem(response, 503, 'bus.unavailable'),
      { patienceMs: 1 },
    );
    expect(items).toEqual(['1']);
    expect(error).toMatchObject({ status: 503 });
  });

  it('gives up soon on a server that was never there', async () => {
    const gone = await startServer(() => undefined);
    await gone.stop();
    const client = createApiClient({ baseUrl: gone.url });
    await expect(client.followLog(taskId).next()).rejects.toMatchObject({ kind: 'refused' });
  });

  it('says that something else answers, or that the versions differ', async () => {
    const { error } = await follow(
      (response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>'),
    );
    expect(error).toMatchObject({ kind: 'foreign' });
    await server?.stop();
    const other = await follow((response) => stream(response, frame('log', { seq: 'one' })));
    expect(other.error).toMatchObject({ code: 'internal', message: expect.stringContaining('not understood') });
  });

  it('stops when it is told to, and lets the connection go', async () => {
    const stop = new AbortController();
    let closed: Promise<void> | undefined;
    const { items, error } = await follow(
      (response) => {
        closed = new Promise((resolve) => response.once('close', resolve));
        stream(response, lines(1, 1), 'hold');
        stop.abort(new Error('enough'));
      },
      { signal: stop.signal },
    );
    expect(items.length).toBeLessThanOrEqual(1);
    expect(error).toMatchObject({ message: 'enough' });
    await closed;
  });

  it('lets the connection go when the reader has seen enough', async () => {
    let closed: Promise<void> | undefined;
    server = await startServer((response) => {
      closed = new Promise((resolve) => response.once('close', resolve));
      stream(response, lines(1, 3), 'hold');
    });
    for await (const item of createApiClient({ baseUrl: server.url }).followLog(taskId)) if (item.type === 'log') break;
    await closed;
  });

  it('refuses a place that is none', async () => {
    const { error } = await follow((response) => stream(response, end), { after: 'x' });
    expect(error).toMatchObject({ code: 'request.invalid' });
  });
});
