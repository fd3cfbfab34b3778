import { describe, expect, it } from '@jest/globals';

import type { LogBlock } from '../log-block.js';
import { renderTerminal } from './render-terminal.js';

const E = '\u001b';
const plain = (block: LogBlock, options = {}) => renderTerminal([block], { colour: false, width: 30, ...options });
const painted = (block: LogBlock) => renderTerminal([block], { colour: true, width: 80 }).join('\n');
const by = null;
const helper = { id: 't', name: 'Explore' };
const lines = (count: number) => Array.from({ length: count }, (_, index) => [{ text: `l${index + 1}` }]);

describe('renderTerminal', () => {
  it.each<[string, LogBlock, string[]]>([
    ['a start', { kind: 'start', model: 'opus', version: '2.1', directory: null }, ['● Claude Code 2.1 · opus']],
    [
      'a start cut to the width',
      { kind: 'start', model: 'a very long model name', version: '2.1', directory: '/d' },
      ['● Claude Code 2.1 · a very l…'],
    ],
    ['a start without anything', { kind: 'start', model: null, version: null, directory: null }, ['● Claude Code']],
    ['text', { kind: 'text', text: 'one\ntwo', by }, ['', 'one', 'two', '']],
    ['text of a helper', { kind: 'text', text: 'one', by: helper }, ['', '│ one', '']],
    ['a thought', { kind: 'thinking', text: 'hm', by }, ['hm']],
    ['a thought that is kept', { kind: 'thinking', text: '', by }, []],
    ['words to the model', { kind: 'prompt', text: 'a\nb' }, ['> a', '> b']],
    [
      'a tool',
      { kind: 'tool_call', id: null, tool: 'Read', subject: 'a/very/long/path/to/a/file.ts', code: null, by },
      ['▸ Read a/very/long/path/to/a…'],
    ],
    [
      'a tool of a helper',
      { kind: 'tool_call', id: null, tool: 'Read', subject: 'x', code: null, by: helper },
      ['│ ▸ Read x'],
    ],
    [
      'a command, never cut',
      { kind: 'tool_call', id: null, tool: 'Bash', subject: '', code: `echo ${'x'.repeat(40)}\nls`, by },
      [`▸ Bash echo ${'x'.repeat(40)}`, '    ls'],
    ],
    [
      'a change',
      {
        kind: 'edit',
        id: null,
        tool: 'Edit',
        path: 'a',
        by,
        hunks: [
          {
            old_start: null,
            new_start: null,
            lines: [
              { kind: 'context', text: 'c' },
              { kind: 'remove', text: 'r' },
              { kind: 'add', text: 'n' },
            ],
          },
          { old_start: null, new_start: null, lines: [] },
        ],
      },
      ['▸ Edit a', '    c', '  - r', '  + n', '  ⋯'],
    ],
    [
      'a changed file',
      { kind: 'edited', id: null, path: 'a', created: false, hunks: [], added: 2, removed: 1 },
      ['  changed a (+2 −1)'],
    ],
    [
      'a made file',
      { kind: 'edited', id: null, path: 'a', created: true, hunks: [], added: 2, removed: 0 },
      ['  created a (+2 −0)'],
    ],
    ['a result', { kind: 'tool_result', id: null, failed: false, lines: lines(2) }, ['  l1', '  l2']],
    ['no result', { kind: 'tool_result', id: null, failed: false, lines: [] }, []],
    ['a failure without words', { kind: 'tool_result', id: null, failed: true, lines: [] }, ['  failed']],
    ['a notice', { kind: 'notice', level: 'info', text: 'n' }, ['· n']],
    ['output', { kind: 'output', lines: lines(2) }, ['l1', 'l2']],
    [
      'the end of the CLI',
      { kind: 'result', failed: false, text: 'said', turns: 1, duration_ms: 1234, cost_usd: 0.5 },
      ['· 1 turn · 1.2 s · $0.5000'],
    ],
    [
      'its failure',
      { kind: 'result', failed: true, text: 'bad\nluck', turns: 2, duration_ms: null, cost_usd: null },
      ['bad', 'luck', '· 2 turns'],
    ],
    [
      'a failure whose words stand above',
      { kind: 'result', failed: true, text: '', turns: 2, duration_ms: null, cost_usd: null },
      ['· 2 turns'],
    ],
    [
      'a result without facts',
      { kind: 'result', failed: false, text: '', turns: null, duration_ms: null, cost_usd: null },
      [],
    ],
    ['the platform', { kind: 'platform', level: 'warn', text: 'a\nb' }, ['◆ a', '◆ b']],
    ['a good end', { kind: 'end', attempt: 1, outcome: 'succeeded', text: '' }, ['✔ Done']],
    ['a bad end', { kind: 'end', attempt: 2, outcome: 'failed', text: 'a\nb' }, ['✖ Failed (attempt 2): a', '  b']],
    [
      'an end whose reason says no more',
      { kind: 'end', attempt: 1, outcome: 'cancelled', text: 'Cancelled.' },
      ['⊘ Cancelled'],
    ],
    [
      'what nobody knows',
      { kind: 'other', title: 'odd', json: '{"a":"a very long text that goes on"}' },
      ['· odd: {"a":"a very long text…'],
    ],
  ])('shows %s', (_what, block, expected) => {
    expect(plain(block)).toEqual(expected);
  });

  it('cuts long output and says how much', () => {
    expect(plain({ kind: 'tool_result', id: null, failed: false, lines: lines(5) }, { maxLines: 2 })).toEqual([
      '  l1',
      '  l2',
      '  … 3 more lines',
    ]);
    expect(plain({ kind: 'tool_result', id: null, failed: false, lines: lines(3) }, { maxLines: 2 })).toHaveLength(3);
  });

  it('paints, and keeps the colours of programs', () => {
    expect(painted({ kind: 'notice', level: 'error', text: 'n' })).toBe(`${E}[31m· n${E}[0m`);
    const styled: LogBlock = {
      kind: 'output',
      lines: [
        [
          { text: 'a', style: { fg: 9, bg: 200 } },
          {
            text: 'b',
            style: { fg: [1, 2, 3], bg: 3, bold: true, italic: true, underline: true, inverse: true, strike: true },
          },
          { text: 'c' },
          { text: '' },
        ],
      ],
    };
    expect(painted(styled)).toBe(`${E}[91;48;5;200ma${E}[0m${E}[1;3;4;7;9;38;2;1;2;3;43mb${E}[0m${E}[2mc${E}[0m`);
  });

  it('counts wide letters as two and marks as none', () => {
    expect(
      plain({ kind: 'tool_call', id: null, tool: 'Read', subject: '日本語日本語日本語日本語日本語', code: null, by }),
    ).toEqual(['▸ Read 日本語日本語日本語日…']);
    expect(plain({ kind: 'tool_call', id: null, tool: 'Read', subject: 'e\u0301'.repeat(20), code: null, by })).toEqual(
      [`▸ Read ${'e\u0301'.repeat(20)}`],
    );
  });
});
