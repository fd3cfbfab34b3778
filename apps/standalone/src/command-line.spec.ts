import { describe, expect, it } from '@jest/globals';

import { parseCommandLine } from './command-line.js';

describe('the command line', () => {
  it.each([
    [['serve'], { name: 'serve', demoModel: false, port: undefined }],
    [['serve', '--demo-model', '--port', '0'], { name: 'serve', demoModel: true, port: 0 }],
    [['--port=7781', 'serve'], { name: 'serve', demoModel: false, port: 7781 }],
    [['doctor'], { name: 'doctor', json: false }],
    [['doctor', '--json'], { name: 'doctor', json: true }],
    [['--help'], { name: 'help' }],
    [['serve', '-h'], { name: 'help' }],
  ])('%j is understood', (args, command) => {
    expect(parseCommandLine(args)).toEqual(command);
  });

  it.each([
    [[], 'A command is missing.'],
    [['start'], 'Unknown command "start".'],
    [['serve', 'now'], '"now" is too much for serve.'],
    [['serve', '--json'], '--json is not an option of serve.'],
    [['doctor', '--port', '1'], '--port is not an option of doctor.'],
    [['serve', '--port', '65536'], '--port must be a number from 0'],
    [['serve', '--port', '-1'], 'port'],
    [['serve', '--port', '1e3'], '--port must be a number from 0'],
    [['serve', '--prot', '1'], "Unknown option '--prot'"],
  ])('%j is refused with what is wrong and how to write it', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
    expect(() => parseCommandLine(args)).toThrow(message);
    expect(() => parseCommandLine(args)).toThrow('Usage:');
  });
});
