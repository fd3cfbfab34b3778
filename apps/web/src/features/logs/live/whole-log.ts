import { plainLines } from '../model/plain-text.js';
import type { LogPort } from './log-port.js';

/** All of a log as text, page by page; `progress` is told how many lines were read. */
export async function wholeLog(
  port: Pick<LogPort, 'page'>,
  signal: AbortSignal,
  progress: (lines: number) => void,
): Promise<string[]> {
  const parts: string[] = [];
  for (let place = 0; ;) {
    const { items } = await port.page(place, 1000, signal);
    const last = items.at(-1);
    if (!last) return parts;
    parts.push(
      ...items.map((entry) =>
        plainLines(entry)
          .map((line) => `${line}\n`)
          .join(''),
      ),
    );
    place = last.seq;
    progress(place);
  }
}
