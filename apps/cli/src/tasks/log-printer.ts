import type { LogStreamItem } from '@aicode/api-client';
import type { LogEntry, Task } from '@aicode/contracts';
import { exactText, renderEntry, renderTerminal, withoutSaidTwice, wordsOfTask } from '@aicode/log-view';

import { jsonText } from '../terminal/json-text.js';
import type { Terminal } from '../terminal/terminal.js';
import { endWords } from './task-view.js';

/** Where a log goes: its lines to `out`, words about it to `note`. Both say with a promise when they have room again. */
export interface LogOutput {
  out: (text: string) => Promise<void>;
  note: (text: string) => void;
  terminal: Terminal;
}

/** Shows the items of a log. */
export interface LogPrinter {
  show(item: LogStreamItem): Promise<void>;
}

/** One JSON document a line: the items as they are. */
export function jsonPrinter({ out }: LogOutput): LogPrinter {
  return { show: (item) => out(`${jsonText(item)}\n`) };
}

/** The lines as they were spoken: the CLI's messages as JSON, everything else as text. On a terminal without what could move its cursor. */
export function rawPrinter({ out, terminal }: LogOutput): LogPrinter {
  const spoken = (entry: LogEntry): string => {
    if (entry.source === 'claude' && entry.data !== null) return jsonText(entry.data);
    return terminal.interactive ? exactText(entry.message) : entry.message;
  };
  return { show: (item) => (item.type === 'log' ? out(`${spoken(item.entry)}\n`) : Promise.resolve()) };
}

export interface ReadableOptions {
  /** Most lines of a tool's output, a change or a thought; all if not given. */
  maxLines?: number | undefined;
  /** Number of the entry after which the reader wanted to begin; 0 if not given. */
  after?: number;
}

/** For people. */
export function readablePrinter({ out, note, terminal }: LogOutput, options: ReadableOptions): LogPrinter {
  const { maxLines, after = 0 } = options;
  const { paint } = terminal;
  const onlyOnce = withoutSaidTwice();
  let begun = false;
  let blank = true;
  let lastStatus = '';
  let endShown = false;

  const showEntry = (entry: LogEntry): Promise<void> => {
    begun = true;
    const blocks = onlyOnce(renderEntry(entry));
    endShown = blocks.at(-1)?.kind === 'end';
    const lines = renderTerminal(blocks, { colour: terminal.colour, width: terminal.width, maxLines });
    // Paragraphs stand apart by one empty line, not by two.
    const shown = lines.filter((line) => {
      const skip = line === '' && blank;
      blank = line === '';
      return !skip;
    });
    return shown.length > 0 ? out(`${shown.join('\n')}\n`) : Promise.resolve();
  };

  const showStatus = (task: Task): void => {
    const { sign, word, sentence } = wordsOfTask(task);
    const status = `${sign} ${word}: ${sentence}`;
    if (status !== lastStatus) note(paint(status, { dim: true }));
    lastStatus = status;
  };

  const showReset = (from: number): void => {
    // Who asked for lines that are not there yet has seen none that could be lost.
    const tooFar = !begun && from < after;
    const words = tooFar
      ? `The log has only ${from} ${from === 1 ? 'line' : 'lines'} so far.`
      : `Lines after ${from} were lost by the platform; what follows is right.`;
    note(paint(`◆ ${words}`, { fg: 3 }));
  };

  return {
    async show(item) {
      switch (item.type) {
        case 'log':
          return showEntry(item.entry);
        case 'status':
          return showStatus(item.task);
        case 'reset':
          return showReset(item.from);
        case 'end':
          return note(endWords(item.task, endShown, paint));
      }
    },
  };
}
