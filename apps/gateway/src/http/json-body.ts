import type { IncomingMessage } from 'node:http';

import { DomainError } from '@aicode/contracts';

import { parseStrictJson } from './strict-json.js';

export interface BodyLimits {
  maxBytes: number;
  maxDepth: number;
  /** Milliseconds in which the whole body must have come. */
  timeoutMs: number;
}

/** Reads a request's JSON body; undefined if it has none. DomainErrors name what is wrong with it. */
export async function readJsonBody(request: IncomingMessage, limits: BodyLimits): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  checkMediaType(request);
  const bytes = await readBytes(request, limits);
  return bytes.length === 0 ? undefined : parseStrictJson(bytes, limits.maxDepth);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function checkMediaType({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? '';
  const isJson = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type.trim());
  if (isJson && (headers['content-encoding'] ?? 'identity') === 'identity') return;
  throw new DomainError(
    'request.unsupported_media_type',
    'Send the body as Content-Type: application/json in UTF-8, not compressed.',
  );
}

function readBytes(request: IncomingMessage, { maxBytes, timeoutMs }: BodyLimits): Promise<Buffer> {
  const tooLarge = new DomainError('request.too_large', `The body is larger than ${maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onLost).off('close', onLost);
      if (error) reject(error);
      else resolve(Buffer.concat(chunks));
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) finish(tooLarge);
      else chunks.push(chunk);
    };
    const onEnd = (): void => finish();
    const onLost = (): void => finish(new DomainError('request.malformed', 'The body ended too early.'));
    const timer = setTimeout(() => {
      finish(new DomainError('request.malformed', `The body did not come within ${timeoutMs} ms.`));
    }, timeoutMs);
    request.on('data', onData).on('end', onEnd).on('error', onLost).on('close', onLost);
  });
}
