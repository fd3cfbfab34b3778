import { describe, expect, it } from '@jest/globals';

import { assistant, call, entry, result, run, user } from '../fixtures/entries.js';
import { buildRows } from './build-rows.js';
import { callsOf, isError, lastFailure, openingRow, rowIndexOf, seqsOf } from './row.js';

const edit = (seq: number, id: string) =>
  call(seq, id, 'Edit', { file_path: '/workspace/a.ts', old_string: 'a', new_string: 'b' });
const edited = (seq: number, id: string) =>
  user(
    seq,
    { type: 'tool_result', tool_use_id: id, content: 'ok' },
    { tool_use_result: { filePath: '/workspace/a.ts', structuredPatch: [] } },
  );
const said = (seq: number, text: string) => assistant(seq, { type: 'text', text });
const end = (seq: number, outcome: string, attempt = 1) =>
  entry(seq, { source: 'end', attempt, data: { outcome, reason: null } });
const finished = (seq: number, is_error = false, result = 'all done') =>
  entry(seq, { source: 'claude', data: { type: 'result', subtype: 'success', is_error, result } });

describe('buildRows', () => {
  it('puts results to their calls and calls of one tool together', () => {
    const rows = buildRows([
      said(1, 'I look'),
      call(2, 'a', 'Read'),
      call(3, 'b', 'Read'),
      result(4, 'b'),
      result(5, 'a', true),
      call(6, 'c', 'Read'),
      call(7, 'd', 'Bash'),
    ]);
    expect(rows.map((row) => [row.kind, row.key, seqsOf(row)])).toEqual([
      ['block', '1', [1]],
      ['calls', '2', [2, 5, 3, 4, 6]],
      ['calls', '7', [7]],
    ]);
    expect(callsOf(rows[1]!).map(({ results }) => results.length)).toEqual([1, 1, 0]);
    expect(lastFailure(rows)).toBe('2');
  });

  it('shows each change of a file by itself', () => {
    const rows = buildRows([edit(1, 'a'), edited(2, 'a'), edit(3, 'b')]);
    expect(rows.map((row) => [row.kind, row.key, seqsOf(row)])).toEqual([
      ['edit', '1', [1, 2]],
      ['edit', '3', [3]],
    ]);
  });

  it('shows results whose calls are not in the window', () => {
    const rows = buildRows([result(5, 'gone'), edited(6, 'gone too'), call(7, 'a')]);
    expect(rows.map((row) => [row.kind, seqsOf(row)])).toEqual([
      ['calls', [5, 5]],
      ['edit', [6, 6]],
      ['calls', [7]],
    ]);
  });

  it('keeps models apart that work for each other', () => {
    const of = (seq: number, id: string, parent: string | null) =>
      entry(seq, {
        source: 'claude',
        data: {
          type: 'assistant',
          parent_tool_use_id: parent ?? undefined,
          message: { content: [{ type: 'tool_use', id, name: 'Read', input: {} }] },
        },
      });
    expect(buildRows([of(1, 'a', null), of(2, 'b', 'x'), of(3, 'c', 'x')]).map(seqsOf)).toEqual([[1], [2, 3]]);
  });

  it('gives each part of an entry its own key and leaves silent thoughts out', () => {
    const rows = buildRows([
      assistant(
        4,
        { type: 'thinking', thinking: '' },
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'so' },
      ),
    ]);
    expect(rows.map(({ key }) => key)).toEqual(['4.1', '4.2']);
  });

  it('says where another attempt begins', () => {
    const rows = buildRows([end(1, 'failed'), entry(2, { attempt: 2 }), entry(3, { attempt: 2 })]);
    expect(rows.map((row) => [row.kind, row.attempt])).toEqual([
      ['block', 1],
      ['attempt', 2],
      ['block', 2],
      ['block', 2],
    ]);
  });

  it('keeps the rows that did not change', () => {
    const entries = [said(1, 'all done'), call(2, 'a'), edit(3, 'e'), finished(4), ...run(5, 6)];
    const before = buildRows(entries);
    const seventh = result(7, 'a');
    const after = buildRows([...entries, seventh], before);
    expect(after.map((row, index) => row === before[index])).toEqual([true, false, true, true, true, true]);
    expect(buildRows(entries.slice(2), after)[0]).toBe(before[2]);
    const again = buildRows([...entries, seventh, edited(8, 'e')], after);
    expect(again.map((row, index) => row === after[index])).toEqual([true, true, false, true, true, true]);
  });
});

describe('rowIndexOf', () => {
  const rows = buildRows([...run(3, 5), call(6, 'a'), result(9, 'a'), entry(10), entry(11, { attempt: 2 })]);
  it.each([
    [3, 0],
    [9, 3],
    [7, 3],
    [1, 0],
    [10, 4],
    [11, 6],
    [99, 6],
  ])('finds the row of line %i', (seq, index) => {
    expect(rowIndexOf(rows, seq)).toBe(index);
  });
  it('finds none where there is none', () => {
    expect(rowIndexOf([], 3)).toBe(-1);
    expect(lastFailure([])).toBeNull();
  });
});

describe('openingRow', () => {
  it('is the result of a task that worked', () => {
    expect(
      openingRow(
        buildRows([said(1, 'x'), call(2, 'a'), result(3, 'a', true), finished(4), end(5, 'succeeded')]),
        false,
      ),
    ).toBe(2);
  });
  it('is the first error of the last attempt of one that did not', () => {
    const entries = [end(1, 'failed'), ...[call(2, 'a'), result(3, 'a', true), finished(4, true), end(5, 'failed')]];
    const rows = buildRows(entries.map((each, index) => ({ ...each, attempt: index === 0 ? 1 : 2 })));
    expect(openingRow(rows, true)).toBe(2);
    expect(rows.map(isError)).toEqual([true, false, true, true, true]);
  });
  it('is the end where there is neither', () => {
    expect(openingRow(buildRows(run(1, 3)), true)).toBe(-1);
    expect(openingRow([], true)).toBe(-1);
  });
  it('knows errors of the platform', () => {
    const platform = entry(1, { source: 'platform', level: 'error' });
    expect(
      buildRows([platform, entry(2, { source: 'platform' }), end(3, 'timed_out'), end(4, 'cancelled')]).map(isError),
    ).toEqual([true, false, true, false]);
  });
});
