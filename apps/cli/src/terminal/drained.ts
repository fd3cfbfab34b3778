import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** The stream takes more, or will never again. No listener stays: a slow reader makes us wait again and again. */
export async function drained(stream: Writable): Promise<void> {
  const over = new AbortController();
  const first = (event: string): Promise<unknown> => once(stream, event, { signal: over.signal });
  await Promise.race([first('drain'), first('close')])
    .catch(() => undefined)
    .finally(() => over.abort());
}
