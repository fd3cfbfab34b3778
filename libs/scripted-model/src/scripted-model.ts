/** The server: a Messages API that follows scripts. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { credentialOf, headersOf, readBody, sessionIdOf } from './arrival.js';
import { CONTROL_PREFIX, endWithJson, serveControl } from './control.js';
import { endWithError } from './error-answer.js';
import { createGates, type Gates } from './gates.js';
import { createRequestLog, type RecordedRequest, type RequestLog } from './request-log.js';
import type { Scenario } from './scenario.js';
import { serveCountTokens, serveMessages, type MessagesState } from './serve-messages.js';

export interface ScriptedModelOptions {
  /** Default: a free port of 127.0.0.1. */
  listen?: { port?: number; host?: string } | { socketPath: string };
  /** Tried in their order; a script in the prompt comes first. */
  scenarios?: Scenario[];
  /** Credentials that are accepted, any other gets 401. Default: all, none too. */
  credentials?: string[];
  /** Serves `/_control/…`, which shows recorded requests with their credentials. Default: false. */
  control?: boolean;
  /** How many requests `requests` remembers. Default: 1,000. */
  keepRequests?: number;
  log?: (line: string) => void;
}

export interface ScriptedModel {
  /** For ANTHROPIC_BASE_URL. On a unix socket: an http URL that any client with that socket can use. */
  url: string;
  readonly requests: readonly RecordedRequest[];
  /** The first recorded request for which the predicate holds, now or later (`outcome` changes count); rejects after 10 s or `timeoutMs`. */
  waitForRequest: RequestLog['waitFor'];
  release: Gates['release'];
  waitForGate: Gates['waitFor'];
  /** Stops listening and ends every connection, held ones too. */
  close(): Promise<void>;
}

interface Context extends MessagesState {
  options: ScriptedModelOptions;
  stopping: AbortController;
  arrived: number;
}

export async function startScriptedModel(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const context: Context = {
    scenarios: options.scenarios ?? [],
    counts: new Map(),
    gates: createGates(),
    log: createRequestLog(options.keepRequests ?? 1000),
    options,
    stopping: new AbortController(),
    arrived: 0,
  };
  const server = createServer((request, response) => void handle(context, request, response));
  const url = await listen(server, options.listen ?? {});
  let closing: Promise<void> | undefined;
  return {
    url,
    requests: context.log.requests,
    waitForRequest: context.log.waitFor,
    release: context.gates.release,
    waitForGate: context.gates.waitFor,
    close: () => (closing ??= close(server, context)),
  };
}

async function listen(server: Server, where: NonNullable<ScriptedModelOptions['listen']>): Promise<string> {
  server.listen(
    'socketPath' in where ? { path: where.socketPath } : { port: where.port ?? 0, host: where.host ?? '127.0.0.1' },
  );
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) return 'http://localhost';
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

async function close(server: Server, context: Context): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  context.stopping.abort();
  context.log.close();
  server.closeAllConnections();
  await closed;
}

async function handle(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const left = new AbortController();
  response.on('close', () => left.abort());
  const signal = AbortSignal.any([left.signal, context.stopping.signal]);
  const url = new URL(request.url ?? '/', 'http://scripted');
  const route = `${request.method} ${url.pathname}`;
  try {
    await dispatch(context, route, url, request, response, signal);
    context.options.log?.(`${route} ${response.statusCode}`);
  } catch (error) {
    context.options.log?.(`${route} failed: ${error instanceof Error ? error.message : String(error)}`);
    response.destroy();
  }
}

async function dispatch(
  context: Context,
  route: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (context.options.control && url.pathname.startsWith(CONTROL_PREFIX)) {
    return serveControl(request.method ?? 'GET', url, context, response);
  }
  if (route === 'GET /v1/models')
    return endWithJson(response, 200, { data: [], has_more: false, first_id: null, last_id: null });
  if (route !== 'POST /v1/messages' && route !== 'POST /v1/messages/count_tokens') return endWithError(response, 404);
  const credential = credentialOf(request);
  const accepted = context.options.credentials;
  if (accepted && !accepted.includes(credential?.value ?? '')) return endWithError(response, 401);
  const read = await readBody(request);
  if ('status' in read) return endWithError(response, read.status, read);
  const { body, bytes } = read;
  context.arrived += 1;
  const arrival = {
    number: context.arrived,
    time: Date.now(),
    credential,
    headers: headersOf(request),
    sessionId: sessionIdOf(body),
    body,
    bytes,
  };
  if (route === 'POST /v1/messages') return serveMessages(context, arrival, response, signal);
  serveCountTokens(context, arrival, response);
}
