import { exitCodes } from '../exit-codes.js';
import { CliFailure } from '../failure.js';

export interface RawTerminal {
  size: { columns: number; rows: number };
  /** Every key goes to the program from now on, Ctrl-C too. */
  begin(resized: (columns: number, rows: number) => void): void;
  /** The terminal is as it was. */
  end(): void;
}

interface Input {
  isTTY?: boolean;
  setRawMode(mode: boolean): unknown;
}

interface Output {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** The terminal that we run in, for a program that wants one. CliFailure if there is none. */
export function rawTerminal(input: Input, output: Output): RawTerminal {
  if (!input.isTTY || !output.isTTY) {
    throw new CliFailure(
      exitCodes.usage,
      '--tty needs a terminal: standard input or output is none.',
      'Leave --tty out to send input through a pipe.',
    );
  }
  // A terminal that does not know its size says 0.
  const sizeNow = () => ({ columns: output.columns || 80, rows: output.rows || 24 });
  let onResize: (() => void) | undefined;
  return {
    size: sizeNow(),
    begin: (resized) => {
      input.setRawMode(true);
      onResize = () => resized(sizeNow().columns, sizeNow().rows);
      output.on('resize', onResize);
    },
    end: () => {
      if (!onResize) return;
      output.off('resize', onResize);
      input.setRawMode(false);
    },
  };
}
