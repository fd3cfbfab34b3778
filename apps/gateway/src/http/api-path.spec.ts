import { describe, expect, it } from '@jest/globals';

import { servedRoutes } from '../served-routes.js';
import { fullPath, methodsAt, templatePath } from './api-path.js';

describe('methodsAt', () => {
  it.each([
    ['/api/v1/tasks', ['GET', 'POST']],
    ['/api/v1/tasks/', ['GET', 'POST']],
    ['/API/v1/Tasks', ['GET', 'POST']],
    ['/api/v1/tasks/task_x/logs', ['GET']],
    ['/api/v1/openapi.json', ['GET']],
    ['/api/v1/openapi-json', []],
    ['/api/v1/tasks/a/b/c', []],
    ['/tasks', []],
  ])('%s has %j', (path, methods) => {
    expect(methodsAt(servedRoutes, path)).toEqual(methods);
  });
});

it('writes a path for express and for OpenAPI', () => {
  expect(fullPath({ path: '/tasks/:id/logs' })).toBe('/api/v1/tasks/:id/logs');
  expect(templatePath({ path: '/tasks/:id/logs' })).toBe('/tasks/{id}/logs');
});
