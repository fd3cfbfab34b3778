import { PassThrough } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import { rawTerminal } from './raw-terminal.js';

/** The two ends of a terminal, of which only the size and the mode are looked at. */
function aTerminal(size: { columns: number; rows: number }) {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (mode: boolean) => modes.push(mode),
  });
  const output = Object.assign(new PassThrough(), { isTTY: true, ...size });
  return { input, output, modes };
}

describe('rawTerminal', () => {
  it('is raw from begin to end, and tells of new sizes meanwhile', () => {
    const { input, output, modes } = aTerminal({ columns: 120, rows: 40 });
    const sizes: [number, number][] = [];
    const terminal = rawTerminal(input, output);
    expect(terminal.size).toEqual({ columns: 120, rows: 40 });
    terminal.begin((columns, rows) => sizes.push([columns, rows]));
    Object.assign(output, { columns: 60, rows: 0 });
    output.emit('resize');
    terminal.end();
    output.emit('resize');
    expect({ modes, sizes }).toEqual({ modes: [true, false], sizes: [[60, 24]] });
  });

  it('is left as it was if it never began', () => {
    const { input, output, modes } = aTerminal({ columns: 0, rows: 0 });
    rawTerminal(input, output).end();
    expect(modes).toEqual([]);
  });
});
