import { accessCookie, Problem, refreshCookie, webRequestHeader } from '@aicode/contracts';

import { apiPrefix, templatePath } from '../http/api-path.js';
import type { NamedRoute } from '../served-routes.js';
import { operation } from './operation.js';
import { SchemaComponents, type JsonSchema } from './schema-components.js';

export interface OpenapiDocument {
  openapi: '3.1.0';
  info: JsonSchema;
  servers: JsonSchema[];
  tags: { name: string }[];
  paths: Record<string, Record<string, JsonSchema>>;
  components: JsonSchema;
}

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: accessCookie,
    description: `In a browser, after POST /auth/web-session. Only for the platform's own pages; what is not GET needs the header ${webRequestHeader}: 1. An Authorization header goes before it.`,
  },
  refreshCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: refreshCookie,
    description: 'Goes to /auth/web-session alone. It is traded for a new one with every refresh.',
  },
};

/** The API as OpenAPI 3.1, made from the contract's routes and nothing else. */
export function openapiDocument(routes: readonly NamedRoute[], version: string): OpenapiDocument {
  const components = new SchemaComponents();
  const paths: OpenapiDocument['paths'] = {};
  for (const named of routes) {
    const path = templatePath(named.route);
    (paths[path] ??= {})[named.route.method.toLowerCase()] = operation(named, components);
  }
  const problemSchema = components.convert(Problem, 'output');
  return {
    openapi: '3.1.0',
    info: {
      title: 'AICode Manager',
      version,
      description: 'Runs many Claude Code sessions in isolated workspaces. Errors are RFC 9457 problems with a `code`.',
    },
    servers: [{ url: apiPrefix }],
    tags: [...new Set(routes.map(({ route }) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.schemas,
      responses: {
        Problem: {
          description: 'What was wrong and what to do',
          content: { 'application/problem+json': { schema: problemSchema } },
        },
      },
      securitySchemes,
    },
  };
}
