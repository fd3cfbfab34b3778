import type { Colour, Style } from '@aicode/log-view';

/** How a span of output is shown: classes of the theme for the palette's colours, inline values for all others. */
export interface SpanLook {
  className: string;
  color?: string;
  background?: string;
}

/** Names of the sixteen colours; the style sheet has one for each theme, all readable on its ground. */
const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

export function spanLook(style: Style | undefined): SpanLook {
  if (!style) return { className: '' };
  const front = style.inverse ? style.bg : style.fg;
  const back = style.inverse ? style.fg : style.bg;
  const classes = [
    style.bold ? 'font-semibold' : '',
    style.dim ? 'opacity-70' : '',
    style.italic ? 'italic' : '',
    style.underline && style.strike ? 'ansi-under-through' : '',
    style.underline && !style.strike ? 'underline' : '',
    style.strike && !style.underline ? 'line-through' : '',
    style.inverse && front === undefined ? 'ansi-fg-ground' : '',
    style.inverse && back === undefined ? 'ansi-bg-text' : '',
    paletteClass('fg', front),
    paletteClass('bg', back),
  ];
  const color = exactColour(front);
  const background = exactColour(back);
  return {
    className: classes.filter(Boolean).join(' '),
    ...(color === undefined ? {} : { color }),
    ...(background === undefined ? {} : { background }),
  };
}

function paletteClass(ground: 'fg' | 'bg', colour: Colour | undefined): string {
  if (typeof colour !== 'number' || colour > 15) return '';
  return `ansi-${ground}-${colour > 7 ? 'bright-' : ''}${names[colour % 8] ?? 'white'}`;
}

function exactColour(colour: Colour | undefined): string | undefined {
  if (colour === undefined) return undefined;
  if (typeof colour === 'number') return colour > 15 ? `rgb(${xterm(colour).join(' ')})` : undefined;
  return `rgb(${colour.join(' ')})`;
}

/** Colours 16 to 255 of xterm: a cube of 6×6×6, then 24 greys. */
function xterm(colour: number): [number, number, number] {
  if (colour >= 232) {
    const grey = 8 + (colour - 232) * 10;
    return [grey, grey, grey];
  }
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const index = colour - 16;
  return [level(Math.floor(index / 36)), level(Math.floor(index / 6) % 6), level(index % 6)];
}
