import { Readiness } from '@aicode/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';

import { startGateway, type GatewayStack } from './fixtures/gateway-stack.js';
import { property } from './fixtures/property.js';
import { fullPath } from './http/api-path.js';
import { servedRoutes } from './served-routes.js';

/** What express keeps of its routes; layers without one are middleware. */
const Layers = z.array(
  z.object({ route: z.object({ path: z.string(), methods: z.record(z.string(), z.boolean()) }).optional() }),
);

let stack: GatewayStack;

beforeAll(async () => {
  stack = await startGateway({ bus: { timeout: 500 } });
});
afterAll(() => stack.stop());

function routesOfExpress(): string[] {
  const { app } = stack.gateway;
  if (!('getHttpAdapter' in app)) throw new Error('the gateway serves no HTTP');
  const express: unknown = app.getHttpAdapter().getInstance();
  return Layers.parse(property(property(express, 'router'), 'stack')).flatMap(({ route }) =>
    route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`) : [],
  );
}

describe('the routes', () => {
  it('are those of the contract, no more and no less', () => {
    const declared = servedRoutes.map((route) => `${route.method} ${fullPath(route)}`);
    expect(routesOfExpress().sort()).toEqual(declared.sort());
  });

  it('are all in the document that is served, which is valid', async () => {
    const response = await stack.call('/openapi.json');
    const document = z.record(z.string(), z.unknown()).parse(await response.json());
    expect(await new Validator().validate(document)).toEqual({ valid: true });
    const { paths, servers } = z
      .object({
        paths: z.record(z.string(), z.record(z.string(), z.unknown())),
        servers: z.array(z.object({ url: z.string() })),
      })
      .parse(document);
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${servers[0]?.url}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      ),
    );
    expect(described.sort()).toEqual(routesOfExpress().sort());
  });

  it('are shown on a page that runs nothing', async () => {
    const response = await stack.call('/docs');
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*style-src 'sha256-/);
    expect(await response.text()).toContain('/api/v1/tasks/:id/logs');
  });
});

describe('every answer', () => {
  it('can run nothing, be framed by nobody and be kept nowhere', async () => {
    const { headers } = await stack.call('/health');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('to HEAD is that to GET without its body, also for logs asked for as a stream', async () => {
    const response = await stack.call('/health', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    const owner = stack.auth.user('operator').id;
    const { id } = stack.tasks.add(stack.workspaces.add(owner).id, owner);
    const headers = { Accept: 'text/event-stream' };
    expect((await stack.call(`/tasks/${id}/logs`, { as: 'operator', method: 'HEAD', headers })).status).toBe(200);
  });
});

describe('the main job', () => {
  it('goes from workspace to task and back', async () => {
    const made = await stack.call('/workspaces', { as: 'operator', method: 'POST', body: { name: 'demo' } });
    expect(made.status).toBe(201);
    const workspace = z.object({ id: z.string(), source: z.unknown() }).parse(await made.json());
    expect(workspace.source).toEqual({ type: 'empty' });
    expect((await stack.call(`/workspaces/${workspace.id}`, { as: 'operator' })).status).toBe(200);
    expect(await (await stack.call('/workspaces?limit=5', { as: 'operator' })).json()).toMatchObject({
      next_cursor: null,
    });

    const body = { workspace_id: workspace.id, command: 'Say hello', timeout: '5m' };
    const create = (headers = {}) => stack.call('/tasks', { as: 'operator', method: 'POST', body, headers });
    const accepted = await create({ 'Idempotency-Key': 'key-1' });
    expect(accepted.status).toBe(202);
    await create();
    expect(stack.tasks.keys).toEqual(['key-1', expect.stringMatching(/^req_/)]);
    const { id } = z.object({ id: z.string() }).parse(await accepted.json());
    expect(await (await stack.call(`/tasks/${id}`, { as: 'operator' })).json()).toMatchObject({ id, state: 'pending' });
    const listed = await stack.call('/tasks?state=pending&limit=2', { as: 'operator' });
    expect(await listed.json()).toMatchObject({ items: [{ state: 'pending' }, { state: 'pending' }] });

    const cancelled = await stack.call(`/tasks/${id}`, { as: 'operator', method: 'DELETE' });
    expect(cancelled.status).toBe(202);
    expect(await cancelled.json()).toMatchObject({ id, cancel_requested: true });
    expect((await stack.call(`/tasks/${id}/retry`, { as: 'operator', method: 'POST' })).status).toBe(409);
    await stack.tasks.change(id, { state: 'cancelled' });
    const retried = await stack.call(`/tasks/${id}/retry`, { as: 'operator', method: 'POST', body: {} });
    expect(await retried.json()).toMatchObject({ retry_of: id });

    const deleted = await stack.call(`/workspaces/${workspace.id}?force=true`, { as: 'operator', method: 'DELETE' });
    expect([deleted.status, await deleted.text()]).toEqual([202, '']);
    expect(stack.workspaces.changes).toEqual(['create', 'delete by force']);
  });
});

describe('pages of other origins', () => {
  it('may ask where the config names them, and learn nothing where it does not', async () => {
    const friendly = await startGateway({ server: { cors_origins: ['https://friend.example.org'] } });
    try {
      const preflight = (origin: string) =>
        friendly.call('/tasks', {
          method: 'OPTIONS',
          headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
        });
      const answer = await preflight('https://friend.example.org');
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://friend.example.org');
      expect(answer.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
      expect((await preflight('https://evil.org')).status).toBe(403);
    } finally {
      await friendly.stop();
    }
  });
});

describe('readiness', () => {
  const ready = async (): Promise<[number, Readiness]> => {
    const response = await stack.call('/health/ready');
    return [response.status, Readiness.parse(await response.json())];
  };

  it('is degraded without an engine, and says why', async () => {
    const [status, readiness] = await ready();
    expect([status, readiness.status]).toEqual([200, 'degraded']);
    const engine = readiness.dependencies.find(({ name }) => name === 'docker-engine');
    expect(engine).toMatchObject({ state: 'degraded', reason: expect.stringContaining('no Docker engine') });
    const services = ['gateway', 'auth', 'workspace-service', 'task-manager', 'claude-runner', 'docker-manager'];
    for (const name of [...services, 'redis']) {
      expect(readiness.dependencies).toContainEqual({ name, state: 'up', reason: null });
    }
  });

  it('is gone when a service that tasks need is', async () => {
    await stack.stopService('claude-runner');
    let [status, readiness] = await ready();
    const until = performance.now() + 10_000;
    while (status === 200 && performance.now() < until) [status, readiness] = await ready();
    expect([status, readiness.status]).toEqual([503, 'not_ready']);
    const runner = readiness.dependencies.find(({ name }) => name === 'claude-runner');
    expect(runner?.state).toBe('down');
    expect(runner?.reason).not.toBeNull();
  });
});
