import { defineRoute, tasksRoutes } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';

import { namedRoutes } from '../served-routes.js';
import { docsPage, docsPolicy, escapeHtml } from './docs-page.js';
import { openapiDocument } from './openapi-document.js';

const document = openapiDocument(namedRoutes, '1.2.3');
const asSent = (value: object) => z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(value)));

describe('openapiDocument', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(asSent(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('the validator would tell', async () => {
    const broken = { ...document, paths: { '/x': { get: { responses: { wrong: {} } } } } };
    expect(await new Validator().validate(asSent(broken))).toMatchObject({ valid: false });
  });

  it('refers to nothing that is not there', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(20);
    for (const [, kind = '', name = ''] of references) expect(document.components[kind]).toHaveProperty(name);
    expect(text).not.toContain('#/$defs');
  });

  it('describes a route in full', () => {
    expect(document.paths['/tasks']?.['post']).toMatchObject({
      operationId: 'tasks_create',
      security: [{ bearer: [] }, { cookie: [] }],
      parameters: [{ name: 'Idempotency-Key', in: 'header' }],
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/CreateTask' } } } },
      responses: {
        202: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Task' } } } },
        401: { $ref: '#/components/responses/Problem' },
        403: { $ref: '#/components/responses/Problem' },
      },
    });
    expect(document.paths['/tasks/{id}/logs']?.['get']).toMatchObject({
      parameters: [
        { name: 'Last-Event-ID', in: 'header' },
        { name: 'id', in: 'path', required: true },
        { name: 'after', in: 'query', required: false },
        { name: 'limit', in: 'query', schema: { default: 500, maximum: 1000 } },
      ],
      responses: { 200: { content: { 'text/event-stream': {} } } },
    });
    expect(document.paths['/health']?.['get']).toMatchObject({ security: [] });
  });

  it('describes how browsers sign in', () => {
    expect(document.components['securitySchemes']).toMatchObject({
      cookie: { type: 'apiKey', in: 'cookie', name: 'aicode_access' },
      refreshCookie: { type: 'apiKey', in: 'cookie', name: 'aicode_refresh' },
    });
    const header = { name: 'X-AICode-Request', in: 'header', required: true };
    expect(document.paths['/auth/web-session']).toMatchObject({
      get: { parameters: [], security: [] },
      post: { parameters: [header], security: [] },
      delete: { parameters: [header], security: [{ refreshCookie: [] }] },
    });
    expect(document.paths['/auth/web-session/refresh']?.['post']).toMatchObject({
      parameters: [header],
      security: [{ refreshCookie: [] }],
      responses: { 403: { $ref: '#/components/responses/Problem' } },
    });
  });

  it('refuses one name for two shapes', () => {
    const twofold = z.object({ a: z.string().default('x') }).meta({ id: 'Twofold' });
    const route = defineRoute({ ...tasksRoutes.create, body: twofold, response: twofold });
    expect(() => openapiDocument([{ name: 'a', route }], '1')).toThrow('two different schemas are called Twofold');
  });
});

describe('docsPage', () => {
  const page = docsPage(document, namedRoutes);

  it('shows every route, without a script', () => {
    for (const { route } of namedRoutes) expect(page).toContain(escapeHtml(route.summary));
    expect(page).not.toMatch(/<script|onload|src=/i);
    expect(docsPolicy).toMatch(/style-src 'sha256-[\w+/]+=*'$/);
  });

  it('shows text as text', () => {
    expect(escapeHtml(`<b a="1" c='2'>&`)).toBe('&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;');
  });
});
