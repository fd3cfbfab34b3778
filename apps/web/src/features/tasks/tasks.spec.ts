import { describe, expect, it } from '@jest/globals';

import { taskOf } from '../logs/fixtures/task.js';
import { DraftStore } from './composer/drafts.js';
import { sends } from './composer/send-key.js';
import { aicliCommand, curlCommand, requestLike, shellWord } from './composer/task-commands.js';
import { emptyForm, fieldOf, hasText, readForm, type TaskForm } from './composer/task-form.js';
import {
  isFiltered,
  matchesServer,
  matchesText,
  mayCancel,
  stateOrder,
  TaskFilters,
  titleOf,
} from './list/task-filters.js';
import { chooseRange, moveFocus, newestOf, patchTasks, splitRows, toggleId } from './list/task-rows.js';
import { sentenceKey } from './task/task-sentence.js';

const ids = ['a', 'b', 'c', 'd'].map((end) => `task_0000000000000000000000000${end}`);
const task = (index: number, change = {}) => taskOf({ id: ids[index] ?? '', ...change });

describe('the list', () => {
  it('counts what is newer than what it showed', () => {
    const tasks = [task(3), task(2), task(1), task(0)];
    expect(splitRows(tasks, ids[1]!)).toEqual({ rows: tasks.slice(2), fresh: 2 });
    expect(splitRows(tasks, null)).toEqual({ rows: tasks, fresh: 0 });
    expect(splitRows(tasks, '').fresh).toBe(4);
    expect(newestOf([tasks[2]!, tasks[0]!, tasks[1]!])).toBe(ids[3]);
    expect(newestOf([])).toBeNull();
  });

  it('is patched in place, never back to what was', () => {
    const tasks = [task(2, { version: 2 }), task(1)];
    const changed = task(2, { version: 3, state: 'succeeded' });
    expect(patchTasks(tasks, changed, false)).toEqual([changed, tasks[1]]);
    expect(patchTasks(tasks, task(2, { version: 1 }), true)).toBe(tasks);
    expect(patchTasks(tasks, task(3), true).map(({ id }) => id)).toEqual([ids[3], ids[2], ids[1]]);
    expect(patchTasks(tasks, task(3), false)).toBe(tasks);
    expect(patchTasks(tasks, task(0), true)).toBe(tasks);
    expect(patchTasks([], task(0), true)).toHaveLength(1);
  });

  it.each([
    [-1, 1, 3, 0],
    [-1, -1, 3, 2],
    [0, 1, 3, 1],
    [2, 1, 3, 2],
    [0, -1, 3, 0],
    [1, 1, 0, -1],
  ])('from row %i by %i of %i leads to row %i', (from, by, count, to) => {
    expect(moveFocus(from, by, count)).toBe(to);
  });

  it('chooses one, or all up to one', () => {
    expect([...toggleId(new Set(['a']), 'a')]).toEqual([]);
    expect([...chooseRange(new Set(['c']), ['a', 'b', 'c', 'd'], 'c', 'a')].sort()).toEqual(['a', 'b', 'c']);
    expect([...chooseRange(new Set(), ['a', 'b'], null, 'b')]).toEqual(['b']);
    expect([...chooseRange(new Set(), ['a', 'b'], 'gone', 'b')]).toEqual(['b']);
  });
});

describe('filters', () => {
  it('are what the address says, without what is wrong in it', () => {
    expect(TaskFilters.parse({ state: 'nonsense', priority: 'high', workspace: 'x', q: 7, new: 'yes' })).toEqual({
      state: undefined,
      priority: 'high',
      workspace: undefined,
      q: '',
      new: false,
    });
    expect(isFiltered(TaskFilters.parse({}))).toBe(false);
    expect(isFiltered(TaskFilters.parse({ q: ' ' }))).toBe(false);
    expect(isFiltered(TaskFilters.parse({ q: 'a' }))).toBe(true);
    expect(isFiltered(TaskFilters.parse({ state: 'failed' }))).toBe(true);
  });

  it('fit a task', () => {
    const one = task(1, { command: 'Fix the Tests', state: 'failed', priority: 'low', reason: 'out of memory' });
    expect(matchesText(one, '', undefined)).toBe(true);
    expect(matchesText(one, 'tests FIX', undefined)).toBe(true);
    expect(matchesText(one, 'memory shop', 'my-shop')).toBe(true);
    expect(matchesText(one, 'lint', undefined)).toBe(false);
    expect(matchesServer(one, {})).toBe(true);
    expect(matchesServer(one, { state: 'failed', priority: 'low', workspace: one.workspace_id })).toBe(true);
    expect(matchesServer(one, { state: 'running' })).toBe(false);
    expect(matchesServer(one, { priority: 'high' })).toBe(false);
    expect(matchesServer(one, { workspace: 'ws_other' })).toBe(false);
  });

  it('name every state once', () => {
    expect(new Set(stateOrder).size).toBe(8);
  });

  it('show a prompt as one safe line', () => {
    expect(titleOf({ command: 'one\n two\u202e' })).toBe('one two<U+202E>');
    expect(titleOf({ command: 'x'.repeat(300) }, 10)).toBe(`${'x'.repeat(10)}…`);
    expect(mayCancel(task(0))).toBe(true);
    expect(mayCancel(task(0, { cancel_requested: true }))).toBe(false);
    expect(mayCancel(task(0, { state: 'failed' }))).toBe(false);
  });
});

const workspace = task(0).workspace_id;
const form = (change: Partial<TaskForm> = {}): TaskForm => ({ ...emptyForm, workspace, command: 'do it', ...change });

describe('the composer', () => {
  it('makes a request of what was typed', () => {
    expect(readForm(form())).toEqual({
      task: { workspace_id: workspace, command: 'do it', priority: 'medium' },
      problems: null,
    });
    const full = form({
      command: 'a\r\nb',
      model: ' opus ',
      timeout: '30 min',
      attempts: '2',
      cost: '$1,50',
      priority: 'high',
    });
    expect(readForm(full).task).toEqual({
      workspace_id: workspace,
      command: 'a\nb',
      priority: 'high',
      model: 'opus',
      timeout: '30m',
      max_attempts: 2,
      max_cost_usd: 1.5,
    });
    expect(readForm(form({ timeout: '45' })).task?.timeout).toBe('45m');
    expect(readForm(form({ timeout: '2H' })).task?.timeout).toBe('2h');
  });

  it('says what is wrong with which field', () => {
    expect(readForm({ ...emptyForm }).problems).toEqual({ workspace: 'missing', command: 'missing' });
    const bad = form({ command: 'a\u0000', model: 'no name!', timeout: 'soon', attempts: '11', cost: 'much' });
    expect(readForm(bad).problems).toEqual({
      command: 'wrong',
      model: 'wrong',
      timeout: 'wrong',
      attempts: 'wrong',
      cost: 'wrong',
    });
    expect(fieldOf('max_cost_usd')).toBe('cost');
    expect(fieldOf('other')).toBeUndefined();
    expect(hasText(form())).toBe(true);
    expect(hasText(form({ command: ' \n' }))).toBe(false);
  });

  it('sends with ⌘Enter, but not while a character is composed', () => {
    const press = {
      key: 'Enter',
      metaKey: true,
      ctrlKey: false,
      shiftKey: false,
      altKey: false,
      isComposing: false,
      keyCode: 13,
    };
    expect(sends(press)).toBe(true);
    expect(sends({ ...press, metaKey: false, ctrlKey: true })).toBe(true);
    for (const other of [
      { isComposing: true },
      { keyCode: 229 },
      { metaKey: false },
      { shiftKey: true },
      { key: 'a' },
    ]) {
      expect(sends({ ...press, ...other })).toBe(false);
    }
  });

  it('keeps a draft for each workspace until the server has it', () => {
    const drafts = new DraftStore();
    const first = drafts.of('a');
    expect(drafts.of('a')).toBe(first);
    drafts.change('a', { command: 'text', model: 'opus' });
    const changed = drafts.of('a');
    expect(changed.form).toMatchObject({ workspace: 'a', command: 'text' });
    expect(changed.key).not.toBe(first.key);
    drafts.change('', { command: 'loose' });
    drafts.move('', 'a');
    expect(drafts.of('a').form.command).toBe('text');
    drafts.move('', 'b');
    expect(drafts.of('b').form).toMatchObject({ workspace: 'b', command: 'loose' });
    expect(drafts.of('').form.command).toBe('');
    drafts.move('b', 'b');
    drafts.clear('a');
    expect(drafts.of('a').form).toMatchObject({ command: '', model: 'opus' });
    drafts.clear('never');
    expect(drafts.of('a').key).not.toBe(changed.key);
  });
});

describe('a task as a command', () => {
  it.each([
    ['plain-1.2', 'plain-1.2'],
    ["it's", `'it'\\''s'`],
    ['$(rm -rf /)', `'$(rm -rf /)'`],
    ['', `''`],
    ['a\nb', `'a\nb'`],
  ])('quotes %j', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });

  it('of aicli says only what is not as usual', () => {
    expect(aicliCommand({ workspace_id: workspace, command: 'fix', priority: 'medium' }, 'my shop')).toBe(
      "aicli task run --workspace 'my shop' fix",
    );
    const full = requestLike({
      ...task(0),
      workspace_id: workspace,
      command: '-x',
      priority: 'high',
      model: 'opus',
      max_cost_usd: 2,
    });
    expect(aicliCommand(full, 'shop')).toBe(
      'aicli task run --workspace shop --priority high --model opus --timeout 1800000ms --max-attempts 3 --max-cost 2 -- -x',
    );
    expect(aicliCommand({ workspace_id: workspace, command: 'x', timeout: '5m' }, 'w')).toContain('--timeout 5m');
  });

  it('of curl has no token in it', () => {
    const text = curlCommand(requestLike({ ...task(0), command: "it's" }), 'http://127.0.0.1:7780', 'req_1');
    expect(text).toContain('Bearer $AICODE_TOKEN');
    expect(text).toContain("'Idempotency-Key: req_1'");
    expect(text).toContain(`it'\\''s`);
  });
});

it.each([
  [{ state: 'running' as const, cancel_requested: true }, 'stopping'],
  [{ state: 'pending' as const, wait_reason: 'backoff' as const }, 'backoff'],
  [{ state: 'pending' as const }, 'state'],
  [{ state: 'failed' as const, cancel_requested: true }, 'state'],
])('has a sentence for %j', (change, key) => {
  expect(sentenceKey(taskOf(change))).toBe(key);
});
