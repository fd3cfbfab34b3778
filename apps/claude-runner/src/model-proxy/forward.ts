import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { ServerConfig } from '@aicode/contracts';

import type { Credential } from './credential.js';
import type { ModelFailure, ProxiedProcess } from './proxied-process.js';
import { refuse } from './refuse.js';
import { UsageReader } from './usage.js';

const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };

/** Headers that belong to one connection, or that we answer for ourselves. */
const notForwarded = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'proxy-authorization',
  'authorization',
  'x-api-key',
  'accept-encoding',
  'cookie',
  'expect',
]);
/** And what a gateway would have its client keep: it is the platform's, not the sandbox's. */
const notReturned = new Set(['connection', 'keep-alive', 'transfer-encoding', 'trailer', 'upgrade', 'set-cookie']);
/** What asks for a pause of all, not of this request alone. */
const pausing = new Set([429, 529]);

export interface Outgoing {
  process: ProxiedProcess;
  credential: Credential;
  config: ServerConfig['model'];
  /** The model API answered so, and asked to be left alone for so many milliseconds. */
  onRest(status: number, ms: number): void;
}

/** Sends a request on with the real credential and streams the answer back unbuffered; cuts it when it falls silent. */
export async function forward(incoming: IncomingMessage, response: ServerResponse, outgoing: Outgoing): Promise<void> {
  const { process, config } = outgoing;
  const upstream = open(incoming, outgoing);
  const body = new Bounded(config.max_request);
  let answer: IncomingMessage | undefined;
  let left = false;
  response.once('close', () => {
    // The CLI has gone, or has thought better of it: that is no failure of the model.
    left = !response.writableFinished && !answer?.destroyed;
    upstream.destroy();
  });
  try {
    const answered = firstByte(upstream, config.first_byte_timeout);
    const sent = pipeline(incoming, body, upstream);
    // An answer may come before the request has been read to its end; a request that breaks has no answer.
    answer = await Promise.race([answered, sent.then(() => answered)]);
  } catch (error) {
    return left ? process.leftUnanswered(body.bytes) : fail(response, process, error);
  }
  const status = answer.statusCode ?? 502;
  const pause = retryAfterMs(answer.headers['retry-after']);
  if (status >= 400) process.failed({ status, kind: 'status', retryAfterMs: pause });
  else process.succeeded();
  if (pausing.has(status) && pause) outgoing.onRest(status, pause);
  response.writeHead(status, returnedHeaders(answer));
  const usage = new UsageReader(answer.headers['content-type']?.includes('event-stream') ?? false);
  const timer = setTimeout(() => {
    process.failed({ status: null, kind: 'silent', retryAfterMs: null });
    answer.destroy(new Error('the model stream fell silent'));
  }, config.stream_idle_timeout);
  let counted = false;
  /** Before the CLI has the last of it: it may ask again at once. */
  const count = (): void => {
    if (!counted) process.used(usage.used());
    counted = true;
  };
  answer.on('data', (chunk: Buffer) => {
    timer.refresh();
    usage.read(chunk);
    if (usage.complete) count();
  });
  answer.once('end', count);
  try {
    await pipeline(answer, response);
  } catch {
    if (process.failure === null && !left) process.failed({ status: null, kind: 'unreachable', retryAfterMs: null });
    response.destroy();
  } finally {
    clearTimeout(timer);
    count();
  }
}

function open(incoming: IncomingMessage, { credential, config }: Outgoing): ClientRequest {
  const url = targetOf(config.base_url, incoming.url ?? '');
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined && !notForwarded.has(name)) headers[name] = value;
  }
  const betas = [headers['anthropic-beta'], credential['anthropic-beta']].flat().filter(Boolean);
  Object.assign(headers, credential, betas.length > 0 ? { 'anthropic-beta': betas.join(',') } : {});
  const secure = url.protocol === 'https:';
  const options = { method: incoming.method, headers, agent: agents[secure ? 'https:' : 'http:'] };
  return secure ? httpsRequest(url, options) : httpRequest(url, options);
}

/** Below the base's path; its query goes along with the request's own. */
export function targetOf(baseUrl: string, requestUrl: string): URL {
  const base = new URL(baseUrl);
  const [path = '', ...query] = requestUrl.split('?');
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}${path}`;
  url.search = [base.search.slice(1), query.join('?')].filter(Boolean).join('&');
  return url;
}

function firstByte(upstream: ClientRequest, timeoutMs: number): Promise<IncomingMessage> {
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    const timer = setTimeout(() => upstream.destroy(new SilentError()), timeoutMs);
    upstream.once('response', resolve);
    upstream.once('error', reject);
    upstream.once('close', () => reject(new Error('the connection was closed')));
    upstream.once('response', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  });
  answered.catch(() => undefined); // whoever waits for it sees the error; a request that broke before has none who waits
  return answered;
}

class SilentError extends Error {
  constructor() {
    super('the model did not answer in time');
  }
}

class TooLargeError extends Error {}

class Bounded extends Transform {
  bytes = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) done(new TooLargeError());
    else done(null, chunk);
  }
}

function fail(response: ServerResponse, process: ProxiedProcess, error: unknown): void {
  if (error instanceof TooLargeError)
    return refuse(response, 413, 'request_too_large', 'The request is larger than model.max_request allows.');
  const failure: ModelFailure = {
    status: null,
    kind: error instanceof SilentError ? 'silent' : 'unreachable',
    retryAfterMs: null,
  };
  process.failed(failure);
  const words = failure.kind === 'silent' ? 'The model did not answer in time.' : 'The model API cannot be reached.';
  refuse(response, 502, 'api_error', words);
}

function returnedHeaders(answer: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !notReturned.has(name)) headers[name] = value;
  }
  return headers;
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). */
export function retryAfterMs(value: string | undefined, now: number = Date.now()): number | null {
  if (value === undefined) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.round(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
