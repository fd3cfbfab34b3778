import { describe, expect, it } from '@jest/globals';

import { entryTexts } from './entry-text.js';

const claude = (data: unknown) => entryTexts({ source: 'claude', message: 'the line', data });

describe('the texts of an entry', () => {
  it('are its message, where it is no message of the CLI', () => {
    for (const source of ['output', 'platform', 'end'] as const) {
      expect(entryTexts({ source, message: 'the line', data: { reason: 'why' } })).toEqual(['the line']);
    }
  });

  it('are all texts of the CLI’s message, in their order, but for what is for machines', () => {
    expect(
      claude({
        type: 'assistant',
        uuid: 'u',
        session_id: 's',
        message: {
          role: 'assistant',
          content: [
            { type: 'text', text: 'first' },
            { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls', count: 3, on: true, no: null } },
          ],
        },
      }),
    ).toEqual(['the line', 'first', 'Bash', 'ls']);
  });

  it('are not the bytes of a picture', () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo' };
    expect(claude({ type: 'user', message: { content: [{ type: 'image', source }] } })).toEqual(['the line']);
    expect(claude({ type: 'user', data: 'kept' })).toEqual(['the line', 'kept']);
  });

  it.each(['stream_event', 'keep_alive'])('are none of a message that nobody gets to see: %s', (type) => {
    expect(claude({ type, text: 'hidden' })).toEqual([]);
  });

  it('are found however deep and however many', () => {
    let deep: unknown = 'bottom';
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    expect(claude(deep)).toEqual(['the line', 'bottom']);
    expect(claude(Array.from({ length: 300_000 }, () => 'x'))).toHaveLength(300_001);
  });
});
