import { describe, expect, it } from '@jest/globals';

import { parseMessage } from './parse-message.js';

describe('parseMessage', () => {
  it('keeps the message as the CLI spoke it', () => {
    const text = '{"type":"result","later":[1],"is_error":false}';
    const parsed = parseMessage(text);
    expect(parsed?.message.type).toBe('result');
    expect(JSON.stringify(parsed?.data)).toBe(text);
    expect(parsed?.bytes).toBe(text.length);
  });

  it.each([
    ['no JSON', 'plain words'],
    ['broken JSON', '{"type":'],
    ['another value', '[1]'],
    ['no type', '{"kind":"x"}'],
    ['a type that is none', '{"type":1}'],
    ['nesting that no reader could print', `{"type":"x","a":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ])('takes %s for no message', (_name, text) => {
    expect(parseMessage(text)).toBeNull();
  });

  it('does not count brackets inside strings', () => {
    expect(parseMessage(JSON.stringify({ type: 'x', text: `${'['.repeat(5000)}"\\` }))).not.toBeNull();
  });

  it('looks at no more of a list than it needs', () => {
    const many = Array.from({ length: 200_000 }, () => ({ type: 'text', text: 'a' }));
    const parsed = parseMessage(JSON.stringify({ type: 'assistant', message: { content: many }, errors: ['e'] }));
    expect(parsed?.message.message?.content).toHaveLength(1000);
  });

  it('says how large numbers make it as JSON', () => {
    expect(parseMessage('{"type":"x","a":[1e20,1e20]}')?.bytes).toBeGreaterThan(50);
  });
});
