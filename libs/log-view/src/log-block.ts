import type { AttemptEnd, LogLevel } from '@aicode/contracts';

import type { Hunk } from './line-diff.js';
import type { StyledLine } from './styled-lines.js';

/**
 * How a piece of a task's log reads. Every text in a block is safe to show as it is: no control characters, no escape sequences, no
 * turned direction. Lists and texts are whole; who shows them cuts, and says so.
 */
export type LogBlock =
  /** The CLI has started. */
  | { kind: 'start'; model: string | null; version: string | null; directory: string | null }
  /** What the model says: Markdown. */
  | { kind: 'text'; text: string; by: Speaker }
  /** What it thinks; empty if the model keeps it to itself. */
  | { kind: 'thinking'; text: string; by: Speaker }
  /** What was said to the model in the middle of its work. */
  | { kind: 'prompt'; text: string }
  /** A tool is used: `subject` is what it is about on one line (a path, a pattern), `code` a command over many lines. */
  | { kind: 'tool_call'; id: string | null; tool: string; subject: string; code: string | null; by: Speaker }
  /** A file is to be changed: what the model asked for. Whether it was done the result of the same id says. */
  | { kind: 'edit'; id: string | null; tool: string; path: string; hunks: Hunk[]; by: Speaker }
  /** What a tool gave back. */
  | { kind: 'tool_result'; id: string | null; failed: boolean; lines: StyledLine[] }
  /** A file was changed, with true line numbers. */
  | { kind: 'edited'; id: string | null; path: string; created: boolean; hunks: Hunk[]; added: number; removed: number }
  /** The CLI says something of itself: it tries again, it was refused a tool, it came near a limit. */
  | { kind: 'notice'; level: LogLevel; text: string }
  /** Output of a program that is none of the CLI's messages: its stderr, a line that is not JSON. */
  | { kind: 'output'; lines: StyledLine[] }
  /** The CLI has finished. `text` is its answer, or why it failed. */
  | {
      kind: 'result';
      failed: boolean;
      text: string;
      turns: number | null;
      duration_ms: number | null;
      cost_usd: number | null;
    }
  /** The platform says something. */
  | { kind: 'platform'; level: LogLevel; text: string }
  /** An attempt has ended. */
  | { kind: 'end'; attempt: number; outcome: AttemptEnd['outcome']; text: string }
  /** A message of a kind that we do not know: passed on as it is. */
  | { kind: 'other'; title: string; json: string };

/** The model of the task itself, or one that it has set to work: by its id, and what it is. */
export type Speaker = null | { id: string; name: string | null };
