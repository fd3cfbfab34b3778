import { describe, expect, it } from '@jest/globals';

import { capture, oclifConfig } from '../fixtures/run-command.js';
import commandNotFound from './command-not-found.js';

describe('an unknown command', () => {
  it('is a wrong use, told without obeying what it holds', async () => {
    const config = await oclifConfig();
    const stderr = capture(process.stderr, undefined);
    try {
      const call = (): unknown => Reflect.apply(commandNotFound, undefined, [{ id: 'task:bananas\u001b[2J', config }]);
      expect(call).toThrow(expect.objectContaining({ oclif: { exit: 2 } }));
    } finally {
      stderr.restore();
    }
    expect(stderr.text()).toBe('Error: There is no command "aicli task bananas\\u001b[2J".\nSee all: aicli --help\n');
  });
});
