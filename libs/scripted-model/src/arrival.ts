/** Reads what came in: body, credential, session. */
import type { IncomingMessage } from 'node:http';
import { isObject, stringOf } from './json-shape.js';
import type { RecordedRequest } from './request-log.js';

const MAX_BODY_BYTES = 32 * 1024 * 1024;

export type ReadBody = { body: unknown; bytes: number } | { status: 400 | 413; message: string };

export async function readBody(request: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return { status: 413, message: `the body is larger than ${MAX_BODY_BYTES} bytes` };
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return { body, bytes };
  } catch {
    return { status: 400, message: 'the body is not JSON' };
  }
}

export function credentialOf({ headers }: IncomingMessage): RecordedRequest['credential'] {
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') return { kind: 'x-api-key', value: key };
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  return bearer === undefined ? null : { kind: 'bearer', value: bearer };
}

export const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** `metadata.user_id` is JSON text with the session's id (CLI 2.1.332). */
export function sessionIdOf(body: unknown): string | null {
  const userId = isObject(body) && isObject(body.metadata) ? stringOf(body.metadata.user_id) : '';
  try {
    const value: unknown = JSON.parse(userId);
    return isObject(value) && typeof value.session_id === 'string' ? value.session_id : null;
  } catch {
    return null;
  }
}
