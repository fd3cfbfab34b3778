import { DomainError } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { exitCodeOf, messageOf } from './exit-code.js';

describe('exit codes', () => {
  it.each([
    [new DomainError('config.invalid', 'x'), 2],
    [new DomainError('request.invalid', 'x'), 2],
    [new DomainError('platform.already_running', 'x'), 75],
    [new DomainError('platform.redis_missing', 'x'), 1],
    [new Error('x'), 1],
    ['x', 1],
  ])('%s ends with %i', (error, code) => expect(exitCodeOf(error)).toBe(code));

  it('shows a person the sentence, and a stack only for what nobody foresaw', () => {
    expect(messageOf(new DomainError('config.invalid', 'Port is wrong.'))).toBe('Port is wrong.');
    expect(messageOf(new Error('oops'))).toContain('exit-code.spec');
    expect(messageOf('text')).toBe('text');
  });
});
