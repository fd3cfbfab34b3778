import { isObject, listAt, textAt, type JsonObject } from './json-shape.js';
import { diffLines, linesOf, type Hunk } from './line-diff.js';
import type { LogBlock, Speaker } from './log-block.js';
import { exactText } from './safe-text.js';

/** Where a workspace's files stand inside its sandbox: nobody needs to read that before each path. */
const projectRoot = '/workspace/';

/** Inputs that say what a call is about, the most telling first. */
const subjects = ['file_path', 'notebook_path', 'pattern', 'path', 'url', 'query', 'skill', 'description', 'prompt'];

/** A tool_use block: a change of a file as its lines, anything else by what it is about. */
export function toolCall(block: JsonObject, by: Speaker): LogBlock {
  const tool = exactText(textAt(block, 'name') ?? 'Tool');
  const id = textAt(block, 'id') ?? null;
  const input = isObject(block['input']) ? block['input'] : {};
  const path = textAt(input, 'file_path');
  const hunks = path === undefined ? undefined : proposedHunks(input);
  if (path !== undefined && hunks) return { kind: 'edit', id, tool, path: shortPath(path), hunks, by };
  const code = textAt(input, 'command') ?? textAt(input, 'script') ?? null;
  return { kind: 'tool_call', id, tool, subject: subjectOf(input), code: code === null ? null : exactText(code), by };
}

/** The lines that Edit, MultiEdit and Write ask for; where they stand in the file is not known yet. */
function proposedHunks(input: JsonObject): Hunk[] | undefined {
  const edits = listAt(input, 'edits')?.filter(isObject) ?? [input];
  const hunks = edits.flatMap((edit) => {
    const before = textAt(edit, 'old_string');
    const after = textAt(edit, 'new_string');
    return before === undefined || after === undefined ? [] : [unplaced(before, after)];
  });
  if (hunks.length > 0) return hunks;
  const content = textAt(input, 'content');
  return content === undefined ? undefined : [unplaced('', content)];
}

function unplaced(before: string, after: string): Hunk {
  const [old, now] = sameLineEnds(before, after);
  return { old_start: null, new_start: null, lines: diffLines(exactText(old), exactText(now)) };
}

/** Line ends of Windows are shown only where they change. */
function sameLineEnds(before: string, after: string): [string, string] {
  const both = (before === '' || before.includes('\r\n')) && after.includes('\r\n');
  return both ? [before.replaceAll('\r\n', '\n'), after.replaceAll('\r\n', '\n')] : [before, after];
}

function subjectOf(input: JsonObject): string {
  const key = subjects.find((name) => textAt(input, name));
  if (!key) return exactText(Object.keys(input).join(', '));
  const subject = linesOf(exactText(textAt(input, key) ?? ''))[0] ?? '';
  const folder = key === 'pattern' ? textAt(input, 'path') : undefined;
  return folder ? `${subject} in ${shortPath(folder)}` : shortPath(subject);
}

export function shortPath(path: string): string {
  const shown = exactText(path).replaceAll('\n', '␊');
  return shown.startsWith(projectRoot) ? shown.slice(projectRoot.length) : shown;
}
