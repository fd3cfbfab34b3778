import type { Readable } from 'node:stream';

import { limits } from './protocol.js';

/** The whole body of an answer. Rejects when it is too long, or breaks off. */
export async function readText(source: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > limits.answer) throw new Error(`An answer is longer than ${limits.answer} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
