/** How git writes a name in its output (quote.c) with core.quotePath=false; names are bytes here, one a character. */

const escapes: Record<string, string> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
};
const letters = new Map(Object.entries(escapes).map(([letter, character]) => [character, letter]));

/** The name that git means by what it wrote. */
export function unquoted(written: string): string {
  if (!written.startsWith('"') || !written.endsWith('"')) return written;
  return written
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/gs, (_whole, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
    );
}

/** With `a/` or `b/` before it, as in the first line of a patch. */
export function withPrefix(prefix: string, written: string): string {
  return written.startsWith('"') ? `"${prefix}${written.slice(1)}` : prefix + written;
}

/** A name as git writes it. */
export function quoted(name: string): string {
  const escaped = Array.from(name, escape).join('');
  return escaped === name ? name : `"${escaped}"`;
}

function escape(character: string): string {
  const letter = letters.get(character);
  if (letter !== undefined) return `\\${letter}`;
  const code = character.charCodeAt(0);
  return code < 0x20 || code === 0x7f ? `\\${code.toString(8).padStart(3, '0')}` : character;
}

/** Bytes as text: what is not UTF-8 becomes U+FFFD. */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
