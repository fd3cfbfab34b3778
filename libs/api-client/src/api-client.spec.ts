import * as contracts from '@aicode/contracts';
import { afterEach, describe, expect, it } from '@jest/globals';

import { ApiError, createApiClient, ServerUnreachable, type ConnectionOptions } from './index.js';
import {
  aTask,
  aWorkspace,
  json,
  problem,
  startServer,
  taskId,
  workspaceId,
  type Handler,
  type TestServer,
} from './fixtures/http-server.js';

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function clientOf(handler: Handler, options: Partial<ConnectionOptions> = {}) {
  const server = await startServer(handler);
  servers.push(server);
  return { server, client: createApiClient({ baseUrl: `${server.url}/`, ...options }) };
}

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('createApiClient', () => {
  it('puts path, query and body where the route has them, and parses the answer', async () => {
    const { client, server } = await clientOf((response, { method }) =>
      method === 'DELETE'
        ? void response.writeHead(202).end()
        : json(response, 200, method === 'POST' ? aTask() : { items: [aWorkspace()], next_cursor: 'c1' }),
    );
    const page = await client.workspaces.list({ limit: 5, name: 'a b' });
    expect(page.items[0]?.name).toBe('one');
    await client.workspaces.delete({ id: workspaceId, force: true });
    const task = await client.tasks.create({ workspace_id: workspaceId, command: 'do' }, { idempotencyKey: 'key-1' });
    expect(task.state).toBe('running');
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/v1/workspaces?limit=5&name=a+b',
      `DELETE /api/v1/workspaces/${workspaceId}?force=true`,
      'POST /api/v1/tasks',
    ]);
    expect(JSON.parse(server.seen[2]?.body ?? '')).toEqual({ workspace_id: workspaceId, command: 'do' });
    expect(server.seen[2]?.headers['idempotency-key']).toBe('key-1');
  });

  it('changes a workspace, and asks for a program in it only once', async () => {
    const { client, server } = await clientOf((response, { method }) =>
      method === 'PATCH'
        ? json(response, 200, aWorkspace({ name: 'new' }))
        : problem(response, 503, 'container.engine_lost'),
    );
    const changed = await client.workspaces.update({ id: workspaceId, container: { memory: '2g', cpu: null } });
    expect(changed.name).toBe('new');
    const error = await failure(client.workspaces.exec({ id: workspaceId, command: 'ls', args: ['-l'] }));
    expect(error).toMatchObject({ code: 'container.engine_lost' });
    expect(server.seen.map(({ method, url, body }): unknown[] => [method, url, JSON.parse(body)])).toEqual([
      ['PATCH', `/api/v1/workspaces/${workspaceId}`, { container: { memory: '2g', cpu: null } }],
      ['POST', `/api/v1/workspaces/${workspaceId}/exec`, { command: 'ls', args: ['-l'] }],
    ]);
  });

  it('writes a cursor as text and keeps a path in front of /api/v1', async () => {
    const { server } = await clientOf((response) =>
      json(response, 200, { items: [], next_after: '4.1', complete: true }),
    );
    const client = createApiClient({ baseUrl: `${server.url}/aicli/` });
    await client.logs.read({ id: taskId, after: { seq: 4, attempt: 1 }, limit: 2 });
    expect(server.seen[0]?.url).toBe(`/aicli/api/v1/tasks/${taskId}/logs?after=4.1&limit=2`);
  });

  it('refuses an id that would lead to another path, before anything is sent', async () => {
    const { client, server } = await clientOf((response) => json(response, 200, {}));
    expect(await failure(client.tasks.get({ id: '..' }))).toMatchObject({ code: 'request.invalid' });
    await failure(client.tasks.get({ id: 'a/../b?x' }));
    expect(server.seen.map(({ url }) => url)).toEqual(['/api/v1/tasks/a%2F..%2Fb%3Fx']);
  });

  it('says who asks, and sends the token only where a sign-in is needed', async () => {
    const { client, server } = await clientOf((response) => json(response, 200, { status: 'ok', version: '1' }), {
      token: () => Promise.resolve('secret'),
      userAgent: 'aicli/1.0',
    });
    await client.health.live();
    await failure(client.auth.me());
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer secret']);
    expect(server.seen[0]?.headers['user-agent']).toBe('aicli/1.0');
  });

  it('turns a problem into an ApiError with its code, fields and request id', async () => {
    const { client } = await clientOf((response) =>
      json(response, 400, {
        detail: 'bad name',
        code: 'request.invalid',
        request_id: 'req_9',
        errors: [{ path: 'name', message: 'is long' }],
      }),
    );
    const error = await failure(client.workspaces.create({ name: 'x' }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      code: 'request.invalid',
      message: 'bad name',
      status: 400,
      request_id: 'req_9',
      details: { fields: [{ path: 'name', message: 'is long' }] },
    });
  });

  it.each([
    [404, 'thing.of_a_newer_server', 'request.not_found'],
    [422, 'thing.of_a_newer_server', 'request.invalid'],
    [500, 'thing.of_a_newer_server', 'internal'],
  ])('maps an unknown code by its status %d', async (status, code, expected) => {
    const { client } = await clientOf((response) => problem(response, status, code));
    expect(await failure(client.workspaces.create({ name: 'x' }))).toMatchObject({ code: expected, status });
  });

  it('says that something else answers', async () => {
    const { client } = await clientOf(
      (response) => void response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>hi'),
    );
    expect(await failure(client.health.live())).toMatchObject({ kind: 'foreign', code: 'platform.not_running' });
    const other = await clientOf(
      (response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>hi'),
    );
    expect(await failure(other.client.health.live())).toMatchObject({ kind: 'foreign' });
  });

  it('says that the versions differ when an answer has another shape', async () => {
    const { client } = await clientOf((response) => json(response, 200, { status: 'fine' }));
    expect(await failure(client.health.live())).toMatchObject({
      code: 'internal',
      message: expect.stringContaining('status'),
    });
  });

  it('takes a 503 of readiness as its answer', async () => {
    const { client, server } = await clientOf((response) =>
      json(response, 503, { status: 'not_ready', dependencies: [] }),
    );
    expect(await client.health.ready()).toEqual({ status: 'not_ready', dependencies: [] });
    expect(server.seen).toHaveLength(1);
  });

  it('says that nobody is there', async () => {
    const { server } = await clientOf(() => undefined);
    await server.stop();
    const client = createApiClient({ baseUrl: server.url });
    const error = await failure(client.health.live());
    expect(error).toBeInstanceOf(ServerUnreachable);
    expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('gives up on a server that does not answer, once', async () => {
    const { client, server } = await clientOf(() => undefined);
    expect(await failure(client.health.live({}, { timeoutMs: 30 }))).toMatchObject({ kind: 'timeout' });
    expect(server.seen).toHaveLength(1);
  });

  it('stops when it is told to, with the reason that was given', async () => {
    const stop = new AbortController();
    const { client } = await clientOf(() => stop.abort(new Error('enough')));
    expect(await failure(client.health.live({}, { signal: stop.signal }))).toMatchObject({ message: 'enough' });
  });

  it('does not follow a redirect with the token', async () => {
    const { client } = await clientOf(
      (response) => void response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
      { token: () => Promise.resolve('secret') },
    );
    expect(await failure(client.workspaces.create({ name: 'x' }))).toBeInstanceOf(ServerUnreachable);
  });

  describe('tries again', () => {
    it('what may be asked twice, with one and the same key', async () => {
      const { client, server } = await clientOf((response, _request, number) =>
        number < 3 ? problem(response, 503, 'bus.unavailable') : json(response, 202, aTask()),
      );
      await client.tasks.create({ workspace_id: workspaceId, command: 'do' });
      const keys = server.seen.map(({ headers }) => headers['idempotency-key']);
      expect(keys).toHaveLength(3);
      expect(new Set(keys).size).toBe(1);
    });

    it('a connection that breaks in the middle', async () => {
      const { client, server } = await clientOf((response, _request, number) => {
        if (number === 1) response.socket?.destroy();
        else json(response, 200, aTask());
      });
      await client.tasks.get({ id: taskId });
      expect(server.seen).toHaveLength(2);
    });

    it('not what changes something, nor for a lasting problem, nor after a long wait, nor for ever', async () => {
      const { client, server } = await clientOf((response, { url }) =>
        url.endsWith('/auth/me')
          ? problem(response, 429, 'request.rate_limited', { 'Retry-After': '60' })
          : problem(response, url.includes('tasks') ? 409 : 503, 'storage.busy'),
      );
      await failure(client.workspaces.create({ name: 'x' }));
      await failure(client.tasks.get({ id: taskId }));
      expect(await failure(client.auth.me())).toMatchObject({ details: { retry_after_s: 60 } });
      expect(server.seen).toHaveLength(3);
      await failure(client.workspaces.list());
      expect(server.seen).toHaveLength(6);
    });
  });

  describe('a refused token', () => {
    it('is traded once for another, and the request sent again', async () => {
      const asked: (string | undefined)[] = [];
      const { client, server } = await clientOf(
        (response, { headers }) =>
          headers.authorization === 'Bearer new'
            ? json(response, 200, aTask())
            : problem(response, 401, 'auth.token_invalid'),
        { token: (refused) => (asked.push(refused), Promise.resolve(refused === 'old' ? 'new' : 'old')) },
      );
      await client.tasks.get({ id: taskId });
      expect(asked).toEqual([undefined, 'old']);
      expect(server.seen).toHaveLength(2);
    });

    it.each([[null], ['old'], ['also bad']])('is an ApiError if the other one is %s', async (other) => {
      const { client } = await clientOf((response) => problem(response, 401, 'auth.session_ended'), {
        token: (refused) => Promise.resolve(refused === undefined ? 'old' : other),
      });
      expect(await failure(client.tasks.get({ id: taskId }))).toMatchObject({
        status: 401,
        code: 'auth.session_ended',
      });
    });
  });

  it('has every route of the contract', () => {
    const client = createApiClient({ baseUrl: 'http://nowhere' });
    const named = Object.entries(contracts).flatMap(([name, routes]) =>
      name.endsWith('Routes') ? keysOf(routes).map((route) => `${name.slice(0, -6)}.${route}`) : [],
    );
    const callable = Object.entries(client).flatMap(([feature, calls]) =>
      keysOf(calls).map((name) => `${feature}.${name}`),
    );
    expect(callable.sort()).toEqual(named.sort());
  });
});

function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
