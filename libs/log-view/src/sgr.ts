/** A colour of the terminal's palette (0–7 the plain ones, 8–15 the bright ones, up to 255), or red, green and blue (0–255 each). */
export type Colour = number | readonly [number, number, number];

/** How a piece of output looks; what is absent is as usual. */
export interface Style {
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
  inverse?: true;
  strike?: true;
  fg?: Colour;
  bg?: Colour;
}

const attributes = { 1: 'bold', 2: 'dim', 3: 'italic', 4: 'underline', 7: 'inverse', 9: 'strike' } as const;
const endings: Record<number, readonly (keyof Style)[]> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  29: ['strike'],
  39: ['fg'],
  49: ['bg'],
};

/** The style after a Select Graphic Rendition with these parameters (`1;31`, `38;5;208`, `38:2::1:2:3`). Unknown ones change nothing. */
export function applySgr(style: Style, params: string): Style {
  const values = params.split(';').map((part) => part.split(':').map((number) => (number === '' ? 0 : Number(number))));
  let result = style;
  for (let index = 0; index < values.length; index += 1) {
    const [code = 0, ...rest] = values[index] ?? [];
    if ((code === 38 || code === 48) && rest.length === 0) {
      const tail = values.slice(index + 1).map(([value = 0]) => value);
      const { colour, used } = readColour(tail);
      result = withColour(result, code, colour);
      index += used;
    } else if (code === 38 || code === 48) {
      result = withColour(result, code, colonColour(rest));
    } else {
      result = applyOne(result, code, rest[0]);
    }
  }
  return result;
}

function applyOne(style: Style, code: number, variant: number | undefined): Style {
  if (code === 0) return {};
  if (code === 4 && variant === 0) return without(style, ['underline']);
  if (code === 21) return { ...style, underline: true };
  if (isAttribute(code)) return { ...style, [attributes[code]]: true };
  if (endings[code]) return without(style, endings[code]);
  if (code >= 30 && code <= 37) return { ...style, fg: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, fg: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, bg: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, bg: code - 92 };
  return style;
}

function isAttribute(code: number): code is keyof typeof attributes {
  return code in attributes;
}

function without(style: Style, keys: readonly (keyof Style)[]): Style {
  return Object.fromEntries(Object.entries(style).filter(([key]) => !keys.some((gone) => gone === key)));
}

/** `5;n` or `2;r;g;b` behind 38 or 48. */
function readColour([kind, ...values]: number[]): { colour: Colour | undefined; used: number } {
  if (kind === 5) return { colour: palette(values[0]), used: 2 };
  if (kind === 2) return { colour: rgb(values[0], values[1], values[2]), used: 4 };
  return { colour: undefined, used: 1 };
}

/** `5:n`, `2:r:g:b` or `2:space:r:g:b`. */
function colonColour([kind, ...values]: number[]): Colour | undefined {
  if (kind === 5) return palette(values[0]);
  const [r, g, b] = values.length > 3 ? values.slice(1) : values;
  return kind === 2 ? rgb(r, g, b) : undefined;
}

function withColour(style: Style, code: number, colour: Colour | undefined): Style {
  if (colour === undefined) return style;
  return code === 38 ? { ...style, fg: colour } : { ...style, bg: colour };
}

function palette(value: number | undefined): Colour | undefined {
  return isByte(value) ? value : undefined;
}

function rgb(r: number | undefined, g: number | undefined, b: number | undefined): Colour | undefined {
  return isByte(r) && isByte(g) && isByte(b) ? [r, g, b] : undefined;
}

function isByte(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255;
}
