import { homedir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { homeDirectory } from './home-directory.js';

describe('the home directory', () => {
  it.each([
    ['AICLI_HOME', { AICLI_HOME: '/var/aicli' }, '/var/aicli'],
    ['AICLI_HOME made absolute', { AICLI_HOME: 'here' }, join(process.cwd(), 'here')],
    ['~/.aicli if AICLI_HOME is empty', { AICLI_HOME: '' }, join(homedir(), '.aicli')],
    ['~/.aicli if AICLI_HOME is not set', {}, join(homedir(), '.aicli')],
  ])('is %s', (_what, env, home) => {
    expect(homeDirectory(env)).toBe(home);
  });
});
