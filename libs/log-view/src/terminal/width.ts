// Not exact for every script, but right for what a title needs: it is cut a little early rather than wrapped.
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const none = /[\p{M}\u200c\u200d]/u;

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += charColumns(char);
  return columns;
}

function charColumns(char: string): number {
  if (char < '\u0300') return 1;
  if (none.test(char)) return 0;
  return wide.test(char) ? 2 : 1;
}

/** The text, or as much of it as fits with a mark that it was cut. */
export function fit(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  let used = 0;
  for (const char of text) {
    const more = charColumns(char);
    if (used + more > columns - 1) break;
    kept += char;
    used += more;
  }
  return `${kept}…`;
}
