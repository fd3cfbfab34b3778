import { STATUS_CODES } from 'node:http';

import { LogStreamEvent, webRequestHeader, type Route } from '@aicode/contracts';
import { z } from 'zod';

import type { NamedRoute } from '../served-routes.js';
import type { JsonSchema, SchemaComponents } from './schema-components.js';

const problem = { $ref: '#/components/responses/Problem' };

/** What a route's shapes cannot tell. */
const notes: Record<string, string> = {
  workspaces_exec: [
    'Connect to the `path` of the answer once, within 30 seconds, with `Upgrade: aicode-exec` and `Authorization: Bearer <token>`',
    'of the answer. After `101 Switching Protocols` the connection speaks HTTP/2: `POST /process` starts the program (the body is',
    'its stdin, the answer its stdout), `GET /stderr`, `GET /exit` (`{"code","signal","reason"}`), `POST /kill`,',
    '`POST /terminate?grace=<ms>` and `POST /resize?columns=&rows=`. The end of the connection ends the program, as does the end',
    'of the session. libs/exec-stream is a client.',
  ].join(' '),
};

/** One operation of the document, all of it told by the route. */
export function operation({ name, route }: NamedRoute, components: SchemaComponents): JsonSchema {
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    description: [accessOf(route), notes[name]].filter(Boolean).join(' '),
    parameters: [
      ...headers(route),
      ...parameters('path', route.params, components),
      ...parameters('query', route.query, components),
    ],
    ...(route.body ? { requestBody: requestBody(route.body, components) } : {}),
    responses: { [route.status]: success(route, components), ...problems(route) },
    security: securityOf(name, route),
  };
}

const byRefreshCookie = new Set(['auth_webSessionRefresh', 'auth_webSessionLogout']);

function securityOf(name: string, { access }: Route): JsonSchema[] {
  if (byRefreshCookie.has(name)) return [{ refreshCookie: [] }];
  return access === 'public' ? [] : [{ bearer: [] }, { cookie: [] }];
}

function accessOf({ access, ownPages }: Route): string {
  if (ownPages) return "Answers with cookies, and only the platform's own pages.";
  if (access === 'public') return 'Needs no sign-in.';
  return access === 'signed-in' ? 'Needs a valid session.' : `Needs the permission \`${access}\`.`;
}

function parameters(
  place: 'path' | 'query',
  schema: z.ZodType | undefined,
  components: SchemaComponents,
): JsonSchema[] {
  if (!schema) return [];
  const { properties, required } = objectShape(components.convert(schema, 'input'));
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

const ObjectShape = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});

function objectShape(schema: JsonSchema): z.output<typeof ObjectShape> {
  return ObjectShape.parse(schema);
}

function headers(route: Route): JsonSchema[] {
  const found: JsonSchema[] = [];
  if (route.ownPages) {
    found.push({
      name: webRequestHeader,
      in: 'header',
      required: true,
      description: 'Shows, with Origin or Sec-Fetch-Site, that a page of the platform asks.',
      schema: { type: 'string', const: '1' },
    });
  }
  if (route.idempotencyKey) {
    found.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'The same key with the same request does it once, however often it is sent.',
      schema: { type: 'string', minLength: 1, maxLength: 128 },
    });
  }
  if (route.eventStream) {
    found.push({
      name: 'Last-Event-ID',
      in: 'header',
      required: false,
      description: 'The `id` of the last event that came; goes before `after`. Only for event streams.',
      schema: { type: 'string' },
    });
  }
  return found;
}

function requestBody(body: z.ZodType, components: SchemaComponents): JsonSchema {
  return { required: true, content: { 'application/json': { schema: components.convert(body, 'input') } } };
}

function success(route: Route, components: SchemaComponents): JsonSchema {
  const description = STATUS_CODES[route.status] ?? 'Success';
  if (!route.response) return { description };
  const content: JsonSchema = { 'application/json': { schema: components.convert(route.response, 'output') } };
  if (route.eventStream) content['text/event-stream'] = eventStream(components);
  return { description, content };
}

/** OpenAPI 3.1 has no words for a stream of events: they are told in prose, with their schemas among the components. */
function eventStream(components: SchemaComponents): JsonSchema {
  for (const schema of Object.values(LogStreamEvent)) components.convert(schema, 'output');
  return {
    schema: {
      type: 'string',
      description: [
        'Server-Sent Events, history first, then live:',
        '`log` (data: LogEntry; its `id` is the cursor to come back with),',
        '`status` (data: Task, whenever its state changes),',
        '`reset` (data: {"from": n}; forget the entries after n, the true ones follow),',
        '`end` (data: Task; it has ended and everything was sent; coming back with its `id` gets 204).',
      ].join(' '),
    },
  };
}

function problems(route: Route): JsonSchema {
  const found: Record<string, JsonSchema> = { default: problem, '400': problem };
  if (route.access !== 'public') found['401'] = problem;
  if (route.access !== 'public' && route.access !== 'signed-in') found['403'] = problem;
  if (route.ownPages) found['403'] = problem;
  if (route.params) found['404'] = problem;
  if (route.body) Object.assign(found, { '413': problem, '415': problem });
  if (route.eventStream) found['204'] = { description: 'The task has ended and the cursor has its last entry' };
  return found;
}
