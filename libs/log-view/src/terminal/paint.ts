import type { Colour, Style } from '../sgr.js';
import type { StyledLine } from '../styled-lines.js';

/** Puts text in a style by SGR sequences, or leaves it as it is where there are no colours. */
export type Paint = (text: string, style: Style) => string;

export const plainPaint: Paint = (text) => text;

export const colourPaint: Paint = (text, style) => {
  const codes = codesOf(style);
  return codes === '' || text === '' ? text : `\u001b[${codes}m${text}\u001b[0m`;
};

export function paintLine(line: StyledLine, paint: Paint, base: Style = {}): string {
  return line.map((span) => paint(span.text, span.style ?? base)).join('');
}

function codesOf(style: Style): string {
  const codes: (number | string)[] = [];
  if (style.bold) codes.push(1);
  if (style.dim) codes.push(2);
  if (style.italic) codes.push(3);
  if (style.underline) codes.push(4);
  if (style.inverse) codes.push(7);
  if (style.strike) codes.push(9);
  if (style.fg !== undefined) codes.push(colourCode(style.fg, 38));
  if (style.bg !== undefined) codes.push(colourCode(style.bg, 48));
  return codes.join(';');
}

function colourCode(colour: Colour, base: 38 | 48): string {
  if (typeof colour !== 'number') return `${base};2;${colour.join(';')}`;
  if (colour < 8) return String(base - 8 + colour);
  return colour < 16 ? String(base + 44 + colour) : `${base};5;${colour}`;
}
