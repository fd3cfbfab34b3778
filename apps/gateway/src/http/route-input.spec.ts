import { DomainError, healthRoutes, newId, tasksRoutes, workspacesRoutes } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { parseRouteInput } from './route-input.js';

const empty = { params: {}, query: {}, body: undefined, idempotencyKey: undefined };
const id = newId('workspace');

describe('parseRouteInput', () => {
  it('gives what the contract names, in its own types', () => {
    const input = parseRouteInput(workspacesRoutes.delete, { ...empty, params: { id }, query: { force: 'true' } });
    expect(input).toMatchObject({ params: { id }, query: { force: true } });
  });

  it('takes the key of the caller, or makes one', () => {
    expect(parseRouteInput(healthRoutes.live, { ...empty, idempotencyKey: 'abc' }).idempotencyKey).toBe('abc');
    const first = parseRouteInput(healthRoutes.live, empty).idempotencyKey;
    expect(parseRouteInput(healthRoutes.live, empty).idempotencyKey).not.toBe(first);
  });

  it('takes an empty object where there is no body', () => {
    expect(parseRouteInput(healthRoutes.live, { ...empty, body: {} }).body).toEqual({});
  });

  it.each([
    ['an unknown query', healthRoutes.live, { query: { x: '1' } }],
    ['a repeated query', tasksRoutes.list, { query: { limit: ['1', '2'] } }],
    ['a body nobody asked for', healthRoutes.live, { body: { x: 1 } }],
    ['a foreign id', tasksRoutes.get, { params: { id } }],
    ['a missing body', tasksRoutes.create, {}],
    ['a body that is no object', tasksRoutes.create, { body: [] }],
    ['an empty key', healthRoutes.live, { idempotencyKey: '' }],
    ['a key with a space', healthRoutes.live, { idempotencyKey: 'a, b' }],
    ['an endless key', healthRoutes.live, { idempotencyKey: 'x'.repeat(129) }],
  ])('refuses %s', (_what, route, parts) => {
    const act = (): unknown => parseRouteInput(route, { ...empty, ...parts });
    expect(act).toThrow(DomainError);
    expect(act).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });
});
