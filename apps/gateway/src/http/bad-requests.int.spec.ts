import { newId } from '@aicode/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';
import { expectProblem, expectProblemResponse } from '../fixtures/problem-answer.js';
import { rawBytes, rawRequest } from '../fixtures/raw-request.js';
import { bodies } from '../fixtures/request-bodies.js';

let stack: GatewayStack;

beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack.stop());

describe('queries', () => {
  it.each([
    '/tasks?limit=0',
    '/tasks?limit=-1',
    '/tasks?limit=1e9',
    '/tasks?limit=NaN',
    '/tasks?limit=1&limit=2',
    '/tasks?limit[]=1',
    '/tasks?cursor=..%2f',
    `/tasks?cursor=${'x'.repeat(65)}`,
    '/tasks?state=done',
    '/tasks?priority=urgent',
    '/tasks?workspace_id=1',
    '/workspaces?name=%00',
    '/workspaces?limit=201',
  ])('refuses %s', async (path) => {
    await expectProblemResponse(await stack.call(path, { as: 'admin' }), 'request.invalid');
  });

  it.each(['maybe', '1', 'yes'])('refuses force=%s', async (force) => {
    const path = `/workspaces/${newId('workspace')}?force=${force}`;
    await expectProblemResponse(await stack.call(path, { as: 'admin', method: 'DELETE' }), 'request.invalid');
  });

  it.each(['-1', 'abc', '1.2.3', '9'.repeat(16), '1.', '%00'])('refuses the log cursor %s', async (after) => {
    const path = `/tasks/${newId('task')}/logs?after=${after}`;
    await expectProblemResponse(await stack.call(path, { as: 'admin' }), 'request.invalid');
  });
});

describe('headers', () => {
  it.each(['', 'a b', 'ü', 'x'.repeat(129)])('refuses the Idempotency-Key %.20j', async (key) => {
    const before = stack.tasks.changes.length;
    const response = await stack.call('/tasks', {
      as: 'operator',
      method: 'POST',
      body: bodies['tasks_create'],
      headers: { 'Idempotency-Key': key },
    });
    await expectProblemResponse(response, 'request.invalid');
    expect(stack.tasks.changes.length).toBe(before);
  });

  it('takes over a harmless request id and no other', async () => {
    const ours = async (given: string): Promise<string | null> =>
      (await stack.call('/health', { headers: { 'X-Request-Id': given } })).headers.get('x-request-id');
    expect(await ours('abc-1')).toBe('abc-1');
    expect(await ours('a b')).toMatch(/^req_/);
    expect(await ours('x'.repeat(65))).toMatch(/^req_/);
  });

  it.each(['evil.example.org', 'localhost.evil.org', '127.0.0.1.nip.io'])('refuses the host %s', async (host) => {
    const answer = await rawRequest(`${stack.url}/api/v1/health`, { headers: { Host: host } });
    expectProblem(answer, 'request.host_refused');
  });

  it.each(['https://evil.org', 'null', 'http://localhost:1'])('refuses the origin %s', async (origin) => {
    const response = await stack.call('/health', { headers: { Origin: origin } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    await expectProblemResponse(response, 'request.origin_refused');
  });

  it('answers its own pages', async () => {
    expect((await stack.call('/health', { headers: { Origin: stack.url } })).status).toBe(200);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', '400'],
    ['endless headers', `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, '431'],
    [
      'two lengths',
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      '400',
    ],
    ['no host', 'GET /api/v1/health HTTP/1.1\r\n\r\n', '400'],
    ['no host in HTTP/1.0', 'GET /api/v1/health HTTP/1.0\r\n\r\n', '421'],
  ])('answers a request with %s', async (_what, bytes, status) => {
    expect(await rawBytes(stack.url, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

it.each(['/', '/nothing', '/tasks/x/y/z', '/../../etc/passwd', '/health/', '/__proto__'])(
  'knows nothing of %s',
  async (path) => {
    const response = await stack.call(path);
    if (path === '/health/') expect(response.status).toBe(200);
    else await expectProblemResponse(response, 'request.not_found');
  },
);

it('shows nothing of what went wrong inside', async () => {
  stack.auth.broken = true;
  const response = await stack.call('/auth/login', { method: 'POST', body: bodies['auth_login'] });
  stack.auth.broken = false;
  const problem = await expectProblemResponse(response, 'internal');
  expect(problem.detail).not.toContain('secret');
});
