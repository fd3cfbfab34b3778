import { describe, expect, it } from '@jest/globals';
import { newId, type LogEntry } from '@aicode/contracts';

import { alice, bob, useTaskManager, viewer } from '../fixtures/task-manager-stack.js';
import { insertEntries } from './log.repository.js';
import { searchLimits, searchLog } from './search-log.js';

const ESC = '\u001b';

describe.each([
  ['SQLite', false],
  ['PostgreSQL', true],
])('the search in a log on %s', (_name, postgres) => {
  const stack = useTaskManager({ postgres, config: { queue: { lease_ttl: 60_000 } } });

  /** A log in SQL, whose entries are numbered in their order. */
  const logOf = async (entries: Partial<LogEntry>[]): Promise<string> => {
    const { id } = await stack.create(await stack.workspace());
    const time = new Date().toISOString();
    const level = 'info' as const;
    const source = 'output' as const;
    const whole = entries.map((entry, index) => ({
      ...{ seq: index + 1, attempt: 1, time, level, source, message: '', data: null },
      ...entry,
    }));
    await stack.database.write((manager) => insertEntries(manager, id, whole));
    return id;
  };
  const search = (task_id: string, q: string, more: { limit?: number; after_seq?: number } = {}) =>
    stack.logs.search({ task_id, q, limit: 100, after_seq: 0, ...more }, { actor: viewer });
  const seqs = async (id: string, q: string): Promise<number[]> => (await search(id, q)).matches.map(({ seq }) => seq);

  it('finds what people see: in messages and in the CLI’s own, whatever its case and colours', async () => {
    const said = (text: string) => ({ type: 'assistant', message: { content: [{ type: 'text', text }] } });
    const id = await logOf([
      { message: 'An Apple a day' },
      { message: 'nothing' },
      { message: `an ap${ESC}[31mple` },
      { source: 'claude', message: 'assistant', data: said('an "APPLE"\nand more') },
      { source: 'claude', message: 'assistant', data: said(`two ${ESC}[1map${ESC}[0mples`) },
      { source: 'claude', message: 'x', data: { type: 'stream_event', text: 'apple' } },
      { source: 'claude', message: 'x', data: { type: 'user', uuid: 'apple' } },
      { source: 'platform', message: '사과 100% École' },
    ]);
    expect(await seqs(id, 'apple')).toEqual([1, 3, 4, 5]);
    expect(await seqs(id, '"apple"\nand')).toEqual([4]);
    expect(await seqs(id, '사과')).toEqual([8]);
    expect(await seqs(id, '100%')).toEqual([8]);
    expect(await seqs(id, '10_%')).toEqual([]);
    expect(await seqs(id, 'éCOLE')).toEqual([8]);
    expect((await search(id, 'apples')).matches).toEqual([
      { seq: 5, attempt: 1, excerpt: 'two apples', ranges: [{ start: 4, end: 10 }] },
    ]);
  });

  it('counts what it does not show, and goes on behind what it showed', async () => {
    const id = await logOf(Array.from({ length: 25 }, (_, index) => ({ message: index % 2 ? 'odd' : 'even' })));
    const first = await search(id, 'even', { limit: 10 });
    expect(first).toMatchObject({ total: 13, truncated: true, next_after: 19 });
    const rest = await search(id, 'even', { limit: 10, after_seq: first.next_after });
    expect(rest).toMatchObject({ total: 3, truncated: false, next_after: 25 });
    expect(rest.matches.map(({ seq }) => seq)).toEqual([21, 23, 25]);
    expect(await search(id, 'neither')).toEqual({ matches: [], total: 0, truncated: false, next_after: 25 });
  });

  it('looks through pages, bounded in rows and in bytes, to the end or to its limits', async () => {
    const id = await logOf(Array.from({ length: 100 }, (_, index) => ({ message: `${index} ${'x'.repeat(200)}` })));
    const find = (limits: Partial<typeof searchLimits>) =>
      searchLog(stack.database, { task_id: id, q: 'x', after_seq: 0, limit: 1000 }, { ...searchLimits, ...limits });
    const all = { total: 100, truncated: false, next_after: 100 };
    expect(await find({ pageRows: 7 })).toMatchObject(all);
    expect(await find({ pageBytes: 1000 })).toMatchObject(all);
    expect(await find({ pageRows: 10, maxTotal: 25 })).toMatchObject({ total: 30, truncated: true, next_after: 30 });
    expect(await find({ pageRows: 10, timeMs: 0 })).toMatchObject({ total: 10, truncated: true, next_after: 10 });
  });

  it('is for those who may know of the task', async () => {
    const id = await logOf([{ message: 'secret' }]);
    const ask = (task_id: string, actor = bob) =>
      stack.logs.search({ task_id, q: 'secret', limit: 1, after_seq: 0 }, { actor });
    await expect(ask(id)).rejects.toMatchObject({ code: 'task.not_found' });
    await expect(ask(newId('task'), alice)).rejects.toMatchObject({ code: 'task.not_found' });
    expect((await ask(id, alice)).total).toBe(1);
  });
});
