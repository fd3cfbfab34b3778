import { describe, expect, it } from '@jest/globals';

import { assistant, user } from './fixtures/cli-messages.js';

describe('renderEntry of tools', () => {
  const call = (name: string, input: unknown) => assistant({ type: 'tool_use', id: 't1', name, input })[0];

  it.each([
    ['Grep', { pattern: 'a.*b', path: '/workspace/src' }, 'a.*b in src'],
    ['Glob', { pattern: '**/*.ts' }, '**/*.ts'],
    ['WebFetch', { url: 'https://x.test' }, 'https://x.test'],
    ['Task', { description: 'look around', prompt: 'long' }, 'look around'],
    ['Task', { prompt: 'first line\nsecond' }, 'first line'],
    ['Odd', { a: 1, b: 2 }, 'a, b'],
    ['Odd', 'text', ''],
  ])('names what %s of %j is about', (name, input, subject) => {
    expect(call(name, input)).toMatchObject({ kind: 'tool_call', id: 't1', tool: name, subject, code: null });
  });

  it('shows a command in full, with everything that it hides', () => {
    expect(call('Bash', { command: 'ls\n#\u001b[8m; rm -rf x' })).toMatchObject({ code: 'ls\n#␛[8m; rm -rf x' });
  });

  it('shows changes: several, of line ends, of a path that lies', () => {
    expect(
      call('MultiEdit', {
        file_path: 'a',
        edits: [{ old_string: '1', new_string: '2' }, { old_string: '3', new_string: '4' }, 'rubbish'],
      }),
    ).toMatchObject({ kind: 'edit', hunks: [{}, {}] });
    expect(call('Edit', { file_path: 'a', old_string: 'x\r\ny', new_string: 'x\r\nz' })).toMatchObject({
      hunks: [{ lines: [{ kind: 'context', text: 'x' }, { text: 'y' }, { text: 'z' }] }],
    });
    expect(call('Edit', { file_path: 'a', old_string: 'x\r\n', new_string: 'x\n' })).toMatchObject({
      hunks: [{ lines: [{ text: 'x␍' }, { text: 'x' }] }],
    });
    expect(call('Write', { file_path: '/workspace/a\n\u202eb', content: 'x' })).toMatchObject({ path: 'a␊<U+202E>b' });
    expect(call('Read', { file_path: 'a' })).toMatchObject({ kind: 'tool_call' });
  });

  it.each([
    ['text', 'a\nb', ['a', 'b']],
    ['blocks', [{ type: 'text', text: 'a' }, { type: 'image', source: {} }, {}], ['a', '[image]', '[something]']],
    ['nothing', undefined, ['']],
    ['something else', { odd: 1 }, ['{"odd":1}']],
  ])('shows a result of %s', (_what, content, expected) => {
    const [block] = user({ type: 'tool_result', tool_use_id: 't1', content, is_error: true });
    expect(block).toMatchObject({ kind: 'tool_result', id: 't1', failed: true });
    expect(block?.kind === 'tool_result' && block.lines.map((line) => line.map(({ text }) => text).join(''))).toEqual(
      expected,
    );
  });

  it('shows a change that failed as its error, and odd patches without harm', () => {
    const details = {
      filePath: 'a',
      structuredPatch: [{ lines: [' x', '-y\r', '+z\u001b', '\\ No newline', 7] }, 'rubbish'],
    };
    expect(user({ type: 'tool_result', is_error: true, content: 'no' }, { tool_use_result: details })).toMatchObject([
      { kind: 'tool_result' },
    ]);
    expect(user({ type: 'tool_result', content: 'ok' }, { tool_use_result: details })).toMatchObject([
      {
        kind: 'edited',
        added: 1,
        removed: 1,
        created: false,
        hunks: [{ old_start: null, lines: [{ text: 'x' }, { text: 'y' }, { text: 'z␛' }] }],
      },
    ]);
    expect(
      user(
        { type: 'tool_result', content: 'ok' },
        { tool_use_result: { type: 'create', filePath: 'a', structuredPatch: [] } },
      ),
    ).toMatchObject([{ created: true, added: 0 }]);
  });
});
