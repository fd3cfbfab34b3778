import type { AttemptEnd, LogEntry } from '@aicode/contracts';

import { claudeMessage } from './claude-message.js';
import { isObject, textAt } from './json-shape.js';
import type { LogBlock } from './log-block.js';
import { safeText } from './safe-text.js';
import { styledLines } from './styled-lines.js';

/** How an entry of a task's log reads: pure, the same everywhere. Most entries are one block; what nobody needs to read is none. */
export function renderEntry(entry: LogEntry): LogBlock[] {
  switch (entry.source) {
    case 'claude':
      return isObject(entry.data) ? claudeMessage(entry.data) : [{ kind: 'output', lines: styledLines(entry.message) }];
    case 'output':
      return [{ kind: 'output', lines: styledLines(entry.message) }];
    case 'platform':
      return [{ kind: 'platform', level: entry.level, text: safeText(entry.message) }];
    case 'end':
      return [endBlock(entry)];
  }
}

const outcomes = ['succeeded', 'failed', 'cancelled', 'timed_out'] as const satisfies AttemptEnd['outcome'][];

function endBlock(entry: LogEntry): LogBlock {
  const data = isObject(entry.data) ? entry.data : undefined;
  const outcome = outcomes.find((known) => known === textAt(data, 'outcome')) ?? 'failed';
  const reason = textAt(data, 'reason') ?? (outcome === 'succeeded' ? '' : entry.message);
  return { kind: 'end', attempt: entry.attempt, outcome, text: safeText(reason) };
}
