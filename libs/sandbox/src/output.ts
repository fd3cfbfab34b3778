import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export class OutputTooLarge extends Error {}

/** All that a stream gives, as UTF-8 text. @throws OutputTooLarge beyond `maxBytes` */
export async function collect(stream: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new OutputTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads a stream to its end, tells each line (also those that git overwrites by a carriage return), keeps the last characters. */
export async function tailLines(stream: Readable, keep: number, onLine?: (line: string) => void): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let tail = '';
  let open = '';
  const tell = (text: string): void => {
    tail = (tail + text).slice(-keep);
    const lines = (open + text).split(/[\r\n]+/);
    open = (lines.pop() ?? '').slice(-4_096);
    for (const line of lines) if (line !== '') onLine?.(line);
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) tell(decoder.write(chunk));
  tell(decoder.end());
  if (open !== '') onLine?.(open);
  return tail;
}
