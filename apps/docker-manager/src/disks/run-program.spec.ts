import { describe, expect, it } from '@jest/globals';

import { runProgram } from './run-program.js';

const sh = (script: string) => ['-c', script];

describe('running a program', () => {
  it('gives what it printed', async () => {
    expect(await runProgram('sh', sh('echo "$1"; exit 1'), { timeout: 5000, accept: [1] })).toBe('\n');
    expect(await runProgram('echo', ['$HOME; `x`'], { timeout: 5000 })).toBe('$HOME; `x`\n');
  });

  it.each([
    ['failed', 'sh', sh('echo wrong >&2; exit 3'), {}, 'wrong'],
    ['failed', 'sh', sh('kill -9 $$'), {}, ''],
    ['missing', 'no-such-program', [], {}, ''],
    ['timeout', 'sleep', ['60'], { timeout: 20 }, ''],
    ['aborted', 'sleep', ['60'], { signal: AbortSignal.timeout(20) }, ''],
  ])('%s: %s', async (end, program, args, run, said) => {
    await expect(runProgram(program, args, { timeout: 5000, ...run })).rejects.toMatchObject({ end, program, said });
  });
});
