import { describe, expect, it } from '@jest/globals';
import { readCommandLine } from './command-line.js';

describe('readCommandLine', () => {
  it('has defaults', () => {
    expect(readCommandLine([])).toEqual({
      listen: { port: 0, host: '127.0.0.1' },
      scenariosFile: null,
      demo: false,
      control: false,
    });
  });

  it('reads every option', () => {
    expect(readCommandLine(['--socket', '/run/m.sock', '--scenarios', 's.json', '--demo', '--control'])).toEqual({
      listen: { socketPath: '/run/m.sock' },
      scenariosFile: 's.json',
      demo: true,
      control: true,
    });
    expect(readCommandLine(['--port', '8123', '--host', '::1']).listen).toEqual({ port: 8123, host: '::1' });
  });

  it.each([[['--port', 'x']], [['--port', '70000']], [['--nope']], [['extra']]])('refuses %j', (args) => {
    expect(() => readCommandLine(args)).toThrow();
  });
});
