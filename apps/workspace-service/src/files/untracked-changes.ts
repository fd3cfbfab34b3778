import { fileLimits, type FileChange } from '@aicode/contracts';

import type { DiffBudget } from './diff-budget.js';
import type { Gathered } from './project-reader.js';
import { quoted, textOf, withPrefix } from './quoted-path.js';

/** A file that git does not know yet, as git would print it were it added. @param name as bytes, one a character */
export function untrackedChange(name: string, found: Gathered | null, budget: DiffBudget): FileChange {
  const file: FileChange = {
    ...{ path: textOf(name), old_path: null, status: 'untracked', binary: false },
    ...{ additions: null, deletions: null, patch: null, truncated: false },
  };
  if (found === null) return file;
  if (found.kind === 'link')
    return withPatch(file, name, { mode: '120000', content: found.target, whole: true }, budget);
  const mode = found.executable ? '100755' : '100644';
  if (!found.binary) return withPatch(file, name, { mode, content: found.content, whole: found.whole }, budget);
  const patch = textOf(`${header(name, mode)}Binary files /dev/null and ${withPrefix('b/', quoted(name))} differ\n`);
  const fits = budget.takePatch(patch);
  return { ...file, binary: true, patch: fits ? patch : null, truncated: !fits };
}

function withPatch(
  file: FileChange,
  name: string,
  { mode, content, whole }: { mode: string; content: string; whole: boolean },
  budget: DiffBudget,
): FileChange {
  const lines = linesOf(content, whole);
  const kept = fitting(lines);
  const truncated = !whole || kept.length < lines.length;
  const marks = kept.map((line) => `+${line}\n`).join('');
  const open = !truncated && content !== '' && !content.endsWith('\n') ? '\\ No newline at end of file\n' : '';
  // git ends a name that has a space in these lines with a tab.
  const place = withPrefix('b/', quoted(name)) + (name.includes(' ') ? '\t' : '');
  const from =
    kept.length === 0
      ? ''
      : `--- /dev/null\n+++ ${place}\n@@ -0,0 +1${kept.length === 1 ? '' : `,${kept.length}`} @@\n`;
  const patch = textOf(header(name, mode) + from) + marks + open;
  const fits = budget.takePatch(patch);
  return {
    ...file,
    additions: whole ? lines.length : null,
    deletions: 0,
    patch: fits ? patch : null,
    truncated: truncated || !fits,
  };
}

function header(name: string, mode: string): string {
  const written = quoted(name);
  return `diff --git ${withPrefix('a/', written)} ${withPrefix('b/', written)}\nnew file mode ${mode}\n`;
}

/** Of a content that is cut, the last line is left out: nobody knows its end. */
function linesOf(content: string, whole: boolean): string[] {
  const lines = content.split('\n');
  if (!whole || content.endsWith('\n') || content === '') lines.pop();
  return lines;
}

function fitting(lines: string[]): string[] {
  let bytes = 0;
  const beyond = lines.findIndex((line) => {
    bytes += Buffer.byteLength(line) + 2;
    return bytes > fileLimits.patchBytes;
  });
  return beyond < 0 ? lines : lines.slice(0, beyond);
}
