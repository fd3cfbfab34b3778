import { Flags } from '@oclif/core';

import { exitCodes } from '../exit-codes.js';
import { CliFailure } from '../failure.js';

/** A flag with a number like 1.5, above 0. */
export const decimalFlag = Flags.custom<number>({
  parse: (text, _context, { name }) => {
    const value = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && value > 0) return Promise.resolve(value);
    throw new CliFailure(exitCodes.usage, `--${name} takes a number above 0, such as 1.5, and not "${text}".`);
  },
});
