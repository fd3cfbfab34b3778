export interface Range {
  start: number;
  /** The first one behind it. */
  end: number;
}

/** Characters before the first match, and from it on. */
const before = 60;
const from = 180;

const escapeSequence = escapeSequences();

/** Colours, cursor movements, titles: what a terminal does not show (ECMA-48). Looks at each character a bounded number of times. */
function escapeSequences(): RegExp {
  const [esc, bel] = ['\\u001b', '\\u0007'];
  const csi = `(?:${esc}\\[|\\u009b)[0-?]{0,64}[ -/]{0,8}[@-~]`;
  // A string sequence ends on its line; controls other than its end break it.
  const string = `(?:${esc}[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0000-\\u001f\\u007f-\\u009f]*(?:${bel}|${esc}\\\\|\\u009c)`;
  const short = `${esc}[ -/]{0,4}[0-~]`;
  return new RegExp(`${csi}|${string}|${short}`, 'g');
}

export function withoutEscapes(text: string): string {
  return text.replace(escapeSequence, '');
}

/** Where `q` stands in a text, upper and lower case the same; at most `max` places. */
export function findRanges(text: string, q: string, max: number): Range[] {
  const pattern = new RegExp(q.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi');
  const ranges: Range[] = [];
  for (const match of text.matchAll(pattern)) {
    ranges.push({ start: match.index, end: match.index + match[0].length });
    if (ranges.length === max) break;
  }
  return ranges;
}

const controls = '\\u0000-\\u001f\\u007f-\\u009f';
const directionMarks = '\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
const unshown = new RegExp(`[${controls}${directionMarks}]`, 'g');

/** One line around the first place, and all places in it. Null if `q` does not stand in the text. */
export function excerptOf(text: string, q: string): { excerpt: string; ranges: Range[] } | null {
  const [first] = findRanges(text, q, 1);
  if (!first) return null;
  const start = Math.max(0, first.start - before);
  const end = Math.min(text.length, Math.max(first.end, first.start + from));
  // A sign for a sign, so that the places stay true; the cut may go through a pair.
  const line = text.slice(start, end).replace(unshown, ' ').toWellFormed();
  const head = start > 0 ? '…' : '';
  const excerpt = `${head}${line}${end < text.length ? '…' : ''}`;
  const shift = head.length - start;
  const inside = findRanges(text.slice(start, end), q, 100);
  return {
    excerpt,
    ranges: inside.map((range) => ({ start: range.start + start + shift, end: range.end + start + shift })),
  };
}

/**
 * A part of `q` in lower case that stands in the JSON and in the lower case of every text with `q`, unless an escape sequence
 * cuts it: what SQL can look for. Null if there is none.
 */
export function needleOf(q: string): string | null {
  const parts: string[] = [''];
  for (const char of q) {
    if (isSteady(char)) parts[parts.length - 1] += char.toLowerCase();
    else parts.push('');
  }
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  return longest === '' ? null : longest;
}

/** The same in JSON as outside of it, and SQL's lower case (that of ASCII) is all the lower case that it has. */
function isSteady(char: string): boolean {
  if (/["\\]/.test(char) || char < ' ') return false;
  return char <= '~' || (char.toLowerCase() === char.toUpperCase() && char > '\u009f');
}
