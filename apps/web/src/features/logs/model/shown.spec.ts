import { describe, expect, it } from '@jest/globals';

import { assistant, call, entry, result, user } from '../fixtures/entries.js';
import { buildRows } from './build-rows.js';
import { estimateRow } from './estimate.js';
import { createOpenRows, isOpen, setOpen } from './open-rows.js';
import { plainLines, rawText } from './plain-text.js';

const claude = (seq: number, data: object) => entry(seq, { source: 'claude', data });
const everything = [
  claude(1, { type: 'system', subtype: 'init', model: 'm', claude_code_version: '2' }),
  assistant(
    2,
    { type: 'text', text: 'hello\nthere' },
    { type: 'thinking', thinking: 'hm' },
    { type: 'thinking', thinking: '' },
  ),
  call(3, 'a'),
  result(4, 'a'),
  call(5, 'e', 'Write', { file_path: '/workspace/a', content: 'x\ny' }),
  user(
    6,
    { type: 'tool_result', tool_use_id: 'e', content: '' },
    { tool_use_result: { filePath: '/workspace/a', content: 'x\ny', originalFile: null, structuredPatch: [] } },
  ),
  call(7, 'f', 'Edit', { file_path: 'b', old_string: 'a', new_string: 'b' }),
  user(8, { type: 'text', text: 'go on' }),
  entry(9, { message: 'red \u001b[31mline\u001b[0m' }),
  entry(10, { source: 'platform', message: 'It is tried again.' }),
  claude(11, { type: 'system', subtype: 'notification', text: 'note' }),
  claude(12, { type: 'result', subtype: 'success', is_error: false, result: 'done' }),
  claude(13, { type: 'result', subtype: 'success', is_error: false, result: '' }),
  claude(14, { type: 'brand_new' }),
  entry(15, { source: 'end', attempt: 1, data: { outcome: 'failed', reason: 'broke' } }),
  entry(16, { source: 'end', attempt: 2, data: { outcome: 'succeeded' } }),
];

describe('everything that a log can hold', () => {
  it('is plain text in a file', () => {
    const text = everything.flatMap(plainLines).map((line) => line.split('\t').slice(2).join('\t'));
    expect(text).toEqual([
      'Claude Code 2 · m',
      'hello',
      'there',
      'hm',
      '▸ Bash ls',
      'out',
      '▸ Write a',
      'created a (+2 −0)',
      '▸ Edit b',
      'go on',
      'red line',
      'It is tried again.',
      'note',
      'done',
      'brand_new: {"type":"brand_new"}',
      'failed: broke',
      'succeeded',
    ]);
    expect(plainLines(everything[7]!)).toEqual(['8\t2026-01-01T00:00:00.000Z\tgo on']);
  });

  it('has a height before it is measured', () => {
    const heights = buildRows(everything).map(estimateRow);
    expect(heights.every((height) => height >= 20 && height < 200)).toBe(true);
    expect(estimateRow(undefined)).toBe(40);
    const [long] = buildRows([assistant(1, { type: 'text', text: 'x'.repeat(900) })]);
    expect(estimateRow(long)).toBe(220);
  });

  it('is shown raw as it is stored, and safe', () => {
    expect(rawText(entry(1, { message: 'a\u001b[31mb\u202ec' }))).toBe('ab<U+202E>c');
    expect(rawText(claude(1, { a: '\u202e' }))).toBe('{"a":"<U+202E>"}');
  });
});

it('remembers what was opened', () => {
  const store = createOpenRows();
  expect(isOpen(store.getState(), 'a', true)).toBe(true);
  setOpen(store, 'a', false);
  setOpen(store, 'b', true);
  expect(isOpen(store.getState(), 'a', true)).toBe(false);
  expect(isOpen(store.getState(), 'b', false)).toBe(true);
});
