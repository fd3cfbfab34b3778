import { readEscape } from './escape-sequence.js';

const delete_ = 0x7f;

/**
 * A character as a person may see it. Controls, marks that turn the direction of writing, invisible characters that can hide words
 * and broken Unicode become visible signs; everything else, tab included, stays.
 */
export function visibleChar(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code === 0x09) return char;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === delete_) return '␡';
  return isHiding(code) ? `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>` : char;
}

function isHiding(code: number): boolean {
  return (
    (code >= 0x80 && code <= 0x9f) || // C1 controls
    code === 0x061c ||
    code === 0x200b || // zero width space
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x2028 && code <= 0x202e) || // line separators, embeddings, overrides
    (code >= 0x2060 && code <= 0x206f) || // invisible operators, isolates
    code === 0xfeff ||
    (code >= 0xd800 && code <= 0xdfff) || // half of a pair
    (code >= 0xfff9 && code <= 0xfffb) || // interlinear annotation
    (code >= 0xe0000 && code <= 0xe007f) // tags: a whole alphabet that nobody sees
  );
}

const suspicious = suspiciousPattern();

/** One pattern for all that is not plain text, so that plain text costs one scan. */
function suspiciousPattern(): RegExp {
  const hiding = '\\u0080-\\u009f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb';
  return new RegExp(`[\\u0000-\\u0008\\u000b-\\u001f\\u007f${hiding}\\u{e0000}-\\u{e007f}\\p{Cs}]`, 'u');
}

export function isPlain(text: string): boolean {
  return !suspicious.test(text);
}

/**
 * Text by a model or a person for the eyes of a person: escape sequences are gone, what could disguise something is visible.
 * Nothing in it moves a cursor, sets a title or turns the direction of writing. Line breaks are `\n`.
 */
export function safeText(text: string): string {
  if (isPlain(text)) return text;
  let result = '';
  for (let index = 0; index < text.length;) {
    const char = String.fromCodePoint(text.codePointAt(index) ?? 0);
    const code = char.charCodeAt(0);
    if (code === 0x1b || (code >= 0x80 && code <= 0x9f)) {
      const sequence = readEscape(text, index);
      if (sequence.kind === 'broken') result += visibleChar(char);
      index = sequence.end;
    } else {
      if (char === '\n') result += char;
      else if (char !== '\r') result += visibleChar(char);
      else if (text[index + 1] !== '\n') result += '\n';
      index += char.length;
    }
  }
  return result;
}

/** As safeText, on one line. */
export function safeLine(text: string): string {
  return safeText(text).replace(/\s+/g, ' ').trim();
}

/** Text in which every character counts (a command, a change of a file): nothing is dropped, all controls are visible signs. */
export function exactText(text: string): string {
  if (isPlain(text)) return text;
  return Array.from(text, (char) => (char === '\n' ? char : visibleChar(char))).join('');
}
