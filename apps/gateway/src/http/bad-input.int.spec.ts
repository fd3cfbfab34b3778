import { newId, type Route } from '@aicode/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { pageHeaders, startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';
import { expectProblem, expectProblemResponse } from '../fixtures/problem-answer.js';
import { rawRequest } from '../fixtures/raw-request.js';
import { bodies } from '../fixtures/request-bodies.js';
import { queries } from '../fixtures/request-queries.js';
import { namedRoutes } from '../served-routes.js';

const maxBody = 100_000;
const nastyValues: [string, unknown][] = [
  ['null', null],
  ['a number', 7],
  ['a negative number', -1],
  ['a fraction', 1.5],
  ['a list', []],
  ['an object', {}],
  ['a boolean', true],
  ['an empty string', ''],
  ['NUL', 'a\u0000b'],
  ['a control character', 'a\u001bb'],
  ['a direction mark', 'a\u202eb'],
  ['half a surrogate', 'a\ud800b'],
  ['half a megabyte', 'x'.repeat(90_000)],
  ['a path out', '../../etc/passwd'],
  ['an option', '--upload-pack=touch /tmp/x'],
  ['a command', '$(touch /tmp/x); `id`'],
  ['an unknown word', 'no-such-word'],
];

/** Ids that never were: not ours by shape, or of another kind. */
const nastyIds = [
  'x',
  '%00',
  '..%2f..%2fetc',
  '%F0%9F%98%80',
  'x'.repeat(5000),
  newId('user'),
  'TASK_0',
  '-1',
  '%2e%2e',
  "'%20or%201=1",
];

let stack: GatewayStack;

beforeAll(async () => {
  stack = await startGateway({ server: { max_body: maxBody, max_json_depth: 8, request_timeout: 500 } });
});
afterAll(() => stack.stop());

/** Address of a route with ids that are right by shape. */
function pathOf(route: Route, id?: string): string {
  return route.path.replace(':id', id ?? newId(route.path.startsWith('/tasks') ? 'task' : 'workspace'));
}

const routes = namedRoutes.map(({ name, route }): [string, Route] => [name, route]);
const guarded = routes.filter(([, { access }]) => access !== 'public');
const restricted = guarded.filter(([, { access }]) => !['signed-in', 'workspaces.read', 'tasks.read'].includes(access));
const withId = routes.filter(([, { path }]) => path.includes(':id'));
const withBody = routes.filter(([, { body }]) => body);

/** How often something was changed so far. */
const changes = (): number =>
  stack.workspaces.changes.length +
  stack.tasks.changes.length +
  stack.docker.asked.length +
  stack.auth.users.size +
  stack.auth.sealed;

describe.each(routes)('%s', (name, route) => {
  it('refuses a query that it does not know', async () => {
    const response = await stack.call(`${pathOf(route)}?no_such_thing=1`, {
      as: 'admin',
      method: route.method,
      body: bodies[name],
    });
    await expectProblemResponse(response, 'request.invalid');
  });

  it('says which methods there are for another one', async () => {
    const response = await stack.call(pathOf(route), { as: 'admin', method: 'PUT' });
    expect(response.headers.get('allow')).toContain(route.method);
    await expectProblemResponse(response, 'request.method_not_allowed');
  });
});

describe.each(guarded)('%s', (_name, route) => {
  const call = (headers: Record<string, string>) => stack.call(pathOf(route), { method: route.method, headers });

  it('refuses who is not signed in', async () => {
    const response = await call({});
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    await expectProblemResponse(response, 'auth.required');
  });

  it('refuses another scheme', async () => {
    await expectProblemResponse(await call({ Authorization: 'Basic YWRtaW46YWRtaW4=' }), 'auth.required');
  });

  it('refuses a token that is none', async () => {
    await expectProblemResponse(await call({ Authorization: 'Bearer abc.def.ghi' }), 'auth.token_invalid');
  });

  it('refuses a token that has run out', async () => {
    const token = await stack.auth.token('admin', { exp: Math.floor(Date.now() / 1000) - 1 });
    await expectProblemResponse(await call({ Authorization: `Bearer ${token}` }), 'auth.token_invalid');
  });
});

describe.each(restricted)('%s', (name, route) => {
  it('refuses a viewer, before it reads a body', async () => {
    const before = changes();
    const response = await stack.call(pathOf(route), { as: 'viewer', method: route.method, body: bodies[name] });
    await expectProblemResponse(response, 'auth.forbidden');
    expect(changes()).toBe(before);
  });
});

describe.each(withId)('%s', (name, route) => {
  it.each(nastyIds)('refuses the id %.40s', async (id) => {
    const response = await stack.call(route.path.replace(':id', id), { as: 'admin', method: route.method });
    const code = id === '%2e%2e' ? 'request.not_found' : 'request.invalid';
    if (code === 'request.invalid') await expectProblemResponse(response, code);
    else expect(response.status).toBeGreaterThanOrEqual(400);
  });

  it('refuses a path that is not well encoded', async () => {
    const answer = await rawRequest(`${stack.url}/api/v1${route.path.replace(':id', '%zz')}`, {
      method: route.method,
      headers: { Authorization: `Bearer ${await stack.auth.token('admin')}` },
    });
    expectProblem(answer, 'request.malformed');
  });

  it('knows nothing of an id that does not exist, and of another user’s', async () => {
    const before = changes();
    const owner = stack.auth.user('operator').id;
    const workspace = stack.workspaces.add(owner);
    const theirs = route.path.startsWith('/tasks') ? stack.tasks.add(workspace.id, owner).id : workspace.id;
    const other = stack.auth.addUser(`other-${name}`.replaceAll('_', '-'), 'operator');
    const code = route.path.startsWith('/tasks') ? 'task.not_found' : 'workspace.not_found';
    for (const path of [pathOf(route), pathOf(route, theirs)]) {
      const options = { as: other.username, method: route.method, body: bodies[name] };
      const response = await stack.call(`${path}?${queries[name] ?? ''}`, options);
      await expectProblemResponse(response, code);
    }
    expect(changes()).toBe(before + 1); // the other user
  });
});

describe.each(withBody)('%s', (name, route) => {
  const body = bodies[name] ?? {};
  const send = (text: string, headers: Record<string, string> = {}) =>
    stack.call(pathOf(route), { as: 'operator', method: route.method, body: text, headers });

  it('has a sample that its contract takes', () => {
    expect(route.body?.safeParse(body).success).toBe(true);
  });

  it.each([
    ['no JSON', '{"a":', 'request.malformed'],
    ['a comment', '{/**/}', 'request.malformed'],
    ['NaN', '{"a":NaN}', 'request.malformed'],
    ['a name twice', `{"${Object.keys(body)[0]}":"a","${Object.keys(body)[0]}":"b"}`, 'request.malformed'],
    ['__proto__', '{"__proto__":{"admin":true}}', 'request.malformed'],
    ['deep lists', `{"a":${'['.repeat(40_000)}${']'.repeat(40_000)}}`, 'request.malformed'],
    ['a list', '[]', 'request.invalid'],
    ['null', 'null', 'request.invalid'],
    ['a text', '"x"', 'request.invalid'],
    ['constructor', '{"constructor":{"prototype":{"admin":true}}}', 'request.invalid'],
    ['too much', `{"a":"${'x'.repeat(maxBody)}"}`, 'request.too_large'],
  ] as const)('refuses a body with %s', async (_what, text, code) => {
    const before = changes();
    await expectProblemResponse(await send(text), code);
    expect(changes()).toBe(before);
  });

  it('refuses a body with nothing in it, where something has to be', async () => {
    const response = await send('{}');
    const code = route.body?.safeParse({}).success ? 'workspace.not_found' : 'request.invalid';
    await expectProblemResponse(response, code);
  });

  it.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json; charset=latin1', {}],
    ['application/json', { 'Content-Encoding': 'gzip' }],
    ['multipart/form-data; boundary=x', {}],
  ])('refuses the content type %s %j', async (type, headers) => {
    const before = changes();
    await expectProblemResponse(
      await send(JSON.stringify(body), { 'Content-Type': type, ...headers }),
      'request.unsupported_media_type',
    );
    expect(changes()).toBe(before);
  });

  it('refuses no body at all', async () => {
    await expectProblemResponse(
      await stack.call(pathOf(route), { as: 'operator', method: route.method }),
      'request.invalid',
    );
  });

  it('refuses a field that it does not know', async () => {
    const problem = await expectProblemResponse(await send(JSON.stringify({ ...body, extra: 1 })), 'request.invalid');
    expect(JSON.stringify(problem.errors)).toContain('extra');
  });

  it.each(Object.keys(body))('names the field %s when its value is wrong', async (field) => {
    const before = changes();
    for (const [what, value] of nastyValues) {
      const changed = { ...body, [field]: value };
      if (route.body?.safeParse(changed).success) continue;
      const problem = await expectProblemResponse(await send(JSON.stringify(changed)), 'request.invalid');
      const named = new Set(problem.errors?.map(({ path }) => path.split('.')[0]));
      expect({ what, fields: [...named] }).toEqual({ what, fields: [field] });
    }
    const huge = JSON.stringify({ ...body, [field]: 0 }).replace(`"${field}":0`, `"${field}":1e999`);
    await expectProblemResponse(await send(huge), 'request.invalid');
    expect(changes()).toBe(before);
  });

  it('gives up on a body that does not come', async () => {
    const answer = await rawRequest(`${stack.url}/api/v1${pathOf(route)}`, {
      method: route.method,
      headers: {
        ...pageHeaders(stack.url),
        Authorization: `Bearer ${await stack.auth.token('operator')}`,
        'Content-Type': 'application/json',
        'Content-Length': '1000',
      },
      body: ['{"a":'],
      open: true,
    });
    expectProblem(answer, 'request.malformed');
  });

  it('refuses a body that grows over the limit as it comes', async () => {
    const answer = await rawRequest(`${stack.url}/api/v1${pathOf(route)}`, {
      method: route.method,
      headers: {
        ...pageHeaders(stack.url),
        Authorization: `Bearer ${await stack.auth.token('operator')}`,
        'Content-Type': 'application/json',
        'Transfer-Encoding': 'chunked',
      },
      body: Array.from({ length: 20 }, () => 'x'.repeat(10_000)),
      open: true,
    });
    expectProblem(answer, 'request.too_large');
  });
});
