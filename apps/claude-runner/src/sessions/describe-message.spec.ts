import { describe, expect, it } from '@jest/globals';

import { describeMessage, type CliMessage } from './describe-message.js';

describe('describeMessage', () => {
  it.each<[string, CliMessage, string, string]>([
    [
      'text',
      { type: 'assistant', message: { content: [{ type: 'text', text: 'Hello\n there' }] } },
      'info',
      'Hello there',
    ],
    [
      'thinking',
      { type: 'assistant', message: { content: [{ type: 'thinking', thinking: 'hm' }] } },
      'info',
      'Thinking',
    ],
    [
      'a command',
      { type: 'assistant', message: { content: [{ type: 'tool_use', name: 'Bash', input: { command: 'npm test' } }] } },
      'info',
      'Bash: npm test',
    ],
    [
      'a tool of another kind',
      { type: 'assistant', message: { content: [{ type: 'tool_use', name: 'Odd', input: { a: 1, b: 2 } }] } },
      'info',
      'Odd: a, b',
    ],
    ['a tool result', { type: 'user', message: { content: [{ type: 'tool_result' }] } }, 'info', 'Tool result'],
    [
      'a failed tool',
      { type: 'user', message: { content: [{ type: 'tool_result', is_error: true }] } },
      'warn',
      'Tool failed',
    ],
    ['plain content', { type: 'user', message: { content: 'hi' } }, 'info', 'hi'],
    ['no content', { type: 'assistant' }, 'info', 'assistant'],
    ['a result', { type: 'result', result: 'Fixed.' }, 'info', 'Fixed.'],
    ['a result without words', { type: 'result' }, 'info', 'Done.'],
    ['an error result', { type: 'result', is_error: true, errors: ['too', 'long'] }, 'error', 'too; long'],
    [
      'an error without words',
      { type: 'result', is_error: true, subtype: 'error_max_turns' },
      'error',
      'Ended with error_max_turns.',
    ],
    [
      'the start',
      { type: 'system', subtype: 'init', model: 'claude-x' },
      'info',
      'Claude Code has started with claude-x.',
    ],
    [
      'a retry',
      { type: 'system', subtype: 'api_retry', attempt: 1, max_retries: 2, error_status: 529 },
      'warn',
      'The model answered 529; the CLI tries again (1 of 2).',
    ],
    [
      'a retry without answer',
      { type: 'system', subtype: 'api_retry', error_status: null },
      'warn',
      'The model did not answer; the CLI tries again (1 of 1).',
    ],
    ['other system messages', { type: 'system', subtype: 'status' }, 'debug', 'status'],
    ['unknown messages', { type: 'something_new' }, 'debug', 'something_new'],
  ])('%s', (_name, message, level, words) => {
    expect(describeMessage(message)).toEqual({ level, message: words });
  });

  it('shortens what is long', () => {
    const { message } = describeMessage({ type: 'result', result: 'x'.repeat(2000) });
    expect(message).toHaveLength(500);
  });
});
