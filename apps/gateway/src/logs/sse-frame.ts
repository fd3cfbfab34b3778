import { formatCursor, type LogEntry } from '@aicode/contracts';

import { entryJson } from './entry-json.js';
import type { LogReaderEvent } from './read-log.js';

/** How long a browser waits before it comes back (milliseconds). */
export const retryFrame = 'retry: 2000\n\n';

/** An event as Server-Sent Events text. `id` is the cursor to come back with. */
export function sseFrame(event: LogReaderEvent): string {
  switch (event.type) {
    case 'log':
      return event.entries.map(logFrame).join('');
    case 'reset':
      return frame('reset', JSON.stringify({ from: event.from }), String(event.from));
    case 'status':
      return frame('status', JSON.stringify(event.task));
    case 'end':
      return frame('end', JSON.stringify(event.task), formatCursor(event.cursor));
  }
}

/** A line that readers skip: keeps the way open, or says why it closes. */
export function sseComment(text: string): string {
  return `: ${text}\n\n`;
}

function logFrame(entry: LogEntry): string {
  return frame('log', entryJson(entry), formatCursor(entry));
}

/** JSON has no line breaks, so that one `data:` line holds it. */
function frame(name: string, json: string, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${json}\n\n`;
}
