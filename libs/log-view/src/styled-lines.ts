import { readEscape } from './escape-sequence.js';
import { isPlain, visibleChar } from './safe-text.js';
import { applySgr, type Style } from './sgr.js';

/** A piece of a line in one style; `style` absent means as usual. */
export interface Span {
  text: string;
  style?: Style;
}
/** A line of output, without its line break. */
export type StyledLine = Span[];

const plainStyle: Style = {};

/**
 * Output of programs, as a terminal would show it at the end: carriage returns and backspaces overwrite, so that a progress bar is
 * one line; colours are kept as spans, all other sequences are dropped, stray controls are made visible. Safe to print.
 */
export function styledLines(text: string): StyledLine[] {
  const lines = text.split('\n');
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  let style = plainStyle;
  return lines.map((line) => {
    if (style === plainStyle && isPlain(line)) return line === '' ? [] : [{ text: line }];
    const row = new Row(style);
    row.write(line);
    style = row.style;
    return row.spans();
  });
}

/** The words of a line without its colours. */
export function lineText(line: StyledLine): string {
  return line.map((span) => span.text).join('');
}

/** One line of a terminal of endless width. */
class Row {
  private readonly chars: string[] = [];
  private readonly styles: Style[] = [];
  private column = 0;

  constructor(public style: Style) {}

  write(line: string): void {
    for (let index = 0; index < line.length;) {
      const char = String.fromCodePoint(line.codePointAt(index) ?? 0);
      const code = char.charCodeAt(0);
      if (code === 0x1b || (code >= 0x80 && code <= 0x9f)) index = this.escape(line, index, char);
      else {
        this.put(char);
        index += char.length;
      }
    }
  }

  private escape(line: string, at: number, char: string): number {
    const sequence = readEscape(line, at);
    if (sequence.kind === 'sgr') this.style = applySgr(this.style, sequence.params);
    else if (sequence.kind === 'erase-line') this.erase(sequence.params);
    else if (sequence.kind === 'broken') this.put(char);
    return sequence.end;
  }

  private put(char: string): void {
    if (char === '\r') this.column = 0;
    else if (char === '\b') this.column = Math.max(0, this.column - 1);
    else {
      this.chars[this.column] = visibleChar(char);
      this.styles[this.column] = this.style;
      this.column += 1;
    }
  }

  private erase(params: string): void {
    if (params === '' || params === '0') {
      this.chars.length = Math.min(this.chars.length, this.column);
      this.styles.length = this.chars.length;
    } else {
      const end = params === '2' ? this.chars.length : Math.min(this.column + 1, this.chars.length);
      this.chars.fill(' ', 0, end);
      this.styles.fill(plainStyle, 0, end);
    }
  }

  spans(): StyledLine {
    const spans: { text: string; style: Style }[] = [];
    for (let column = 0; column < this.chars.length; column += 1) {
      const style = this.styles[column] ?? plainStyle;
      const last = spans.at(-1);
      if (last && (last.style === style || same(last.style, style))) last.text += this.chars[column] ?? ' ';
      else spans.push({ text: this.chars[column] ?? ' ', style });
    }
    return spans.map(({ text, style }) => (Object.keys(style).length > 0 ? { text, style } : { text }));
  }
}

function same(a: Style, b: Style): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
