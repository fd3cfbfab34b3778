import { defineRoute } from '@aicode/contracts';

export const openapiRoutes = {
  document: defineRoute({
    method: 'GET',
    path: '/openapi.json',
    tag: 'openapi',
    summary: 'This API as OpenAPI 3.1',
    access: 'public',
    status: 200,
  }),
  docs: defineRoute({
    method: 'GET',
    path: '/docs',
    tag: 'openapi',
    summary: 'This API as a page to read',
    access: 'public',
    status: 200,
  }),
};
