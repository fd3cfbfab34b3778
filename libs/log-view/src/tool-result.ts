import { isObject, listAt, numberAt, textAt, type JsonObject } from './json-shape.js';
import { linesOf, type DiffLine, type Hunk } from './line-diff.js';
import type { LogBlock } from './log-block.js';
import { exactText } from './safe-text.js';
import { styledLines } from './styled-lines.js';
import { shortPath } from './tool-call.js';

/**
 * A tool_result block.
 * @param details what the CLI knows of the result beside the words for the model (`tool_use_result`)
 */
export function toolResult(block: JsonObject, details: unknown): LogBlock {
  const id = textAt(block, 'tool_use_id') ?? null;
  const failed = block['is_error'] === true;
  const edited = failed || !isObject(details) ? undefined : editedFile(id, details);
  return edited ?? { kind: 'tool_result', id, failed, lines: styledLines(contentText(block['content'])) };
}

function editedFile(id: string | null, details: JsonObject): LogBlock | undefined {
  const path = textAt(details, 'filePath');
  const patch = listAt(details, 'structuredPatch');
  if (path === undefined || !patch) return undefined;
  const created = details['originalFile'] === null || textAt(details, 'type') === 'create';
  const hunks = patch.filter(isObject).map(placedHunk);
  if (hunks.length === 0 && created) hunks.push(wholeFile(textAt(details, 'content') ?? ''));
  const count = (kind: DiffLine['kind']): number =>
    hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.kind === kind).length, 0);
  return {
    kind: 'edited',
    id,
    path: shortPath(path),
    created,
    hunks,
    added: count('add'),
    removed: count('remove'),
  };
}

function wholeFile(content: string): Hunk {
  const lines = linesOf(exactText(content.replaceAll('\r\n', '\n')));
  return { old_start: 0, new_start: 1, lines: lines.map((text) => ({ kind: 'add', text })) };
}

/** A hunk as the CLI gives it: lines that begin with ` `, `+`, `-` or `\`. */
function placedHunk(hunk: JsonObject): Hunk {
  const lines = (listAt(hunk, 'lines') ?? []).filter((line) => typeof line === 'string' && !line.startsWith('\\'));
  return {
    old_start: numberAt(hunk, 'oldStart') ?? null,
    new_start: numberAt(hunk, 'newStart') ?? null,
    lines: lines.map((line) => diffLine(String(line))),
  };
}

function diffLine(line: string): DiffLine {
  const text = exactText(line.slice(1).replace(/\r$/, '')).replaceAll('\n', '␊');
  if (line.startsWith('+')) return { kind: 'add', text };
  return { kind: line.startsWith('-') ? 'remove' : 'context', text };
}

/** The words of a result: a text, or a list of blocks, of which pictures are named and not shown. */
function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return content === undefined || content === null ? '' : JSON.stringify(content);
  return content
    .filter(isObject)
    .map((block) => textAt(block, 'text') ?? `[${textAt(block, 'type') ?? 'something'}]`)
    .join('\n');
}
