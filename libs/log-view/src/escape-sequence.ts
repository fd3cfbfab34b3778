/** What begins at a control character of terminal output. `end` is the index behind it. */
export type EscapeSequence =
  /** Select Graphic Rendition: colours and weight. */
  | { kind: 'sgr'; params: string; end: number }
  /** Clears a part of the line: what `0` stands for is from the cursor on. */
  | { kind: 'erase-line'; params: string; end: number }
  /** Moves the cursor, sets a title, asks the terminal something: what a log does not need. */
  | { kind: 'other'; end: number }
  /** Not a whole sequence: the character alone. */
  | { kind: 'broken'; end: number };

const ESC = 0x1b;
const BEL = 0x07;
const ST = 0x9c;
/** More parameters than any program sends; beyond it is an attack or rubbish. */
const maxParams = 64;

/**
 * Reads the sequence at `text[at]`, which is ESC or a C1 control (ECMA-48). A string sequence (OSC, DCS, APC, PM, SOS) that has no
 * end on its line is broken: in a terminal it would swallow what comes after it. Looks at each character a bounded number of times.
 */
export function readEscape(text: string, at: number): EscapeSequence {
  const code = text.charCodeAt(at);
  if (code !== ESC) return readBody(text, at + 1, code, at);
  const next = text.charCodeAt(at + 1);
  // ESC [ is the seven-bit form of C1 CSI, and so on.
  if (next >= 0x40 && next <= 0x5f) return readBody(text, at + 2, next + 0x40, at);
  return readShort(text, at);
}

/** The body of a sequence behind its introducer, a C1 control. */
function readBody(text: string, from: number, introducer: number, at: number): EscapeSequence {
  switch (introducer) {
    case 0x9b:
      return readCsi(text, from, at);
    case 0x90:
    case 0x98:
    case 0x9d:
    case 0x9e:
    case 0x9f:
      return readString(text, from, at);
    default:
      return { kind: 'other', end: from };
  }
}

function readCsi(text: string, from: number, at: number): EscapeSequence {
  let index = from;
  while (inRange(text, index, 0x30, 0x3f) && index - from < maxParams) index += 1;
  const params = text.slice(from, index);
  const beforeIntermediates = index;
  while (inRange(text, index, 0x20, 0x2f) && index - from < maxParams) index += 1;
  if (!inRange(text, index, 0x40, 0x7e)) return { kind: 'broken', end: at + 1 };
  const plain = index === beforeIntermediates && /^[\d;:]*$/.test(params);
  const end = index + 1;
  if (plain && text[index] === 'm') return { kind: 'sgr', params, end };
  if (plain && text[index] === 'K') return { kind: 'erase-line', params, end };
  return { kind: 'other', end };
}

function readString(text: string, from: number, at: number): EscapeSequence {
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === BEL || code === ST) return { kind: 'other', end: index + 1 };
    if (code === ESC && text[index + 1] === '\\') return { kind: 'other', end: index + 2 };
    // Line breaks and every other control end it without its being one.
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) break;
  }
  return { kind: 'broken', end: at + 1 };
}

/** ESC ( B, ESC 7, ESC c and the like. */
function readShort(text: string, at: number): EscapeSequence {
  let index = at + 1;
  while (inRange(text, index, 0x20, 0x2f) && index - at < 4) index += 1;
  return inRange(text, index, 0x30, 0x7e) ? { kind: 'other', end: index + 1 } : { kind: 'broken', end: at + 1 };
}

function inRange(text: string, index: number, low: number, high: number): boolean {
  const code = text.charCodeAt(index);
  return code >= low && code <= high;
}
