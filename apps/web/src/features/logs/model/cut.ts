/** What of many lines is shown at first: the beginning and the end, and how many are between them. */
export interface Cut<T> {
  head: readonly T[];
  hidden: number;
  tail: readonly T[];
}

export const headLines = 20;
export const tailLines = 80;

/** All of them if no more than a few would be hidden: a button for three lines costs more than the lines. */
export function cutLines<T>(lines: readonly T[], head = headLines, tail = tailLines): Cut<T> {
  const hidden = lines.length - head - tail;
  if (hidden <= 5) return { head: lines, hidden: 0, tail: [] };
  return { head: lines.slice(0, head), hidden, tail: lines.slice(lines.length - tail) };
}

/** Longer lines are cut: a browser lays out one line of megabytes for seconds. */
export const maxLineChars = 2000;
/** What "show more" brings at a time. */
export const moreLineChars = 50_000;

export interface CutText {
  text: string;
  /** Characters that are not in `text`. */
  hidden: number;
}

/** Cuts between characters, never inside one. */
export function cutText(text: string, max: number): CutText {
  if (text.length <= max) return { text, hidden: 0 };
  const code = text.charCodeAt(max - 1);
  const at = code >= 0xd800 && code <= 0xdbff ? max - 1 : max;
  return { text: text.slice(0, at), hidden: text.length - at };
}

/** Cuts a line of spans to so many characters; the spans are shared. */
export function cutSpans<S extends { text: string }>(line: readonly S[], max: number): { spans: S[]; hidden: number } {
  const spans: S[] = [];
  let room = max;
  let hidden = 0;
  for (const span of line) {
    if (room <= 0) {
      hidden += span.text.length;
      continue;
    }
    const cut = cutText(span.text, room);
    spans.push(cut.hidden === 0 ? span : { ...span, text: cut.text });
    hidden += cut.hidden;
    room = cut.hidden > 0 ? 0 : room - span.text.length;
  }
  return { spans, hidden };
}
