import { describe, expect, it } from '@jest/globals';

import { entry, run } from '../fixtures/entries.js';
import { createFrames, type FrameClock } from '../live/frames.js';
import { LiveEnd } from '../live/live-end.js';
import { spanLook } from './ansi-style.js';
import { cutLines, cutSpans, cutText } from './cut.js';
import { formatLineHash, parseLineHash, pointAt } from './line-link.js';
import { append, emptyWindow, prepend, replace, resetTo, trim, weigh } from './log-window.js';
import { safeLink } from './safe-link.js';

describe('links to lines', () => {
  it.each([
    ['#L120', { from: 120, to: 120 }],
    ['L120-L140', { from: 120, to: 140 }],
    ['#L140-120', { from: 120, to: 140 }],
    ['#L0', null],
    ['#L1-L0', null],
    ['#Lx', null],
    ['', null],
  ])('reads %s', (hash, range) => {
    expect(parseLineHash(hash)).toEqual(range);
  });
  it('writes and stretches them', () => {
    expect(formatLineHash({ from: 3, to: 3 })).toBe('L3');
    expect(formatLineHash({ from: 3, to: 9 })).toBe('L3-L9');
    expect(pointAt(5, null)).toEqual({ from: 5, to: 5 });
    expect(pointAt(5, { from: 3, to: 3 })).toEqual({ from: 3, to: 5 });
    expect(pointAt(1, { from: 3, to: 4 })).toEqual({ from: 1, to: 4 });
  });
});

describe('cuts', () => {
  it('shows the first 20 and the last 80 lines', () => {
    const lines = run(1, 300);
    const cut = cutLines(lines);
    expect([cut.head.length, cut.hidden, cut.tail.length]).toEqual([20, 200, 80]);
    expect(cut.tail.at(-1)).toBe(lines.at(-1));
    expect(cutLines(lines.slice(0, 105))).toMatchObject({ hidden: 0, tail: [] });
  });
  it('cuts texts between characters', () => {
    expect(cutText('abc', 3)).toEqual({ text: 'abc', hidden: 0 });
    expect(cutText('abcd', 3)).toEqual({ text: 'abc', hidden: 1 });
    expect(cutText('a😀b', 2)).toEqual({ text: 'a', hidden: 3 });
  });
  it('cuts lines of spans', () => {
    const line = [{ text: 'abc', style: { bold: true as const } }, { text: 'def' }, { text: 'ghi' }];
    expect(cutSpans(line, 4)).toEqual({ spans: [line[0], { text: 'd' }], hidden: 5 });
    expect(cutSpans(line, 9)).toEqual({ spans: line, hidden: 0 });
  });
});

describe('spanLook', () => {
  it.each([
    [undefined, { className: '' }],
    [{ fg: 1, bold: true as const }, { className: 'font-semibold ansi-fg-red' }],
    [{ bg: 12 }, { className: 'ansi-bg-bright-blue' }],
    [{ fg: 208 }, { className: '', color: 'rgb(255 135 0)' }],
    [{ bg: 16 }, { className: '', background: 'rgb(0 0 0)' }],
    [{ fg: 244 }, { className: '', color: 'rgb(128 128 128)' }],
    [{ fg: [1, 2, 3] as const }, { className: '', color: 'rgb(1 2 3)' }],
    [{ fg: 1, inverse: true as const }, { className: 'ansi-fg-ground ansi-bg-red' }],
    [{ bg: 1, inverse: true as const }, { className: 'ansi-bg-text ansi-fg-red' }],
    [
      { dim: true as const, italic: true as const, underline: true as const, strike: true as const },
      { className: 'opacity-70 italic ansi-under-through' },
    ],
    [{ underline: true as const }, { className: 'underline' }],
    [{ strike: true as const }, { className: 'line-through' }],
  ])('of %j', (style, look) => {
    expect(spanLook(style)).toEqual(look);
  });
});

describe('safeLink', () => {
  it.each([
    ['https://example.org/a', 'https://example.org/a'],
    ['http://example.org', 'http://example.org/'],
    ['mailto:a@example.org', 'mailto:a@example.org'],
    ['javascript:alert(1)', null],
    ['JAVASCRIPT:alert(1)', null],
    ['data:text/html,x', null],
    ['/tasks', null],
    [undefined, null],
  ])('takes %s as %s', (address, link) => {
    expect(safeLink(address)).toBe(link);
  });
});

describe('a window', () => {
  const window = replace(emptyWindow, 10, run(11, 20));
  it('takes only what continues it', () => {
    expect(append(window, run(15, 22)).entries).toHaveLength(12);
    expect(append(window, run(25, 26))).toBe(window);
    expect(prepend(window, run(5, 10))).toMatchObject({ before: 4 });
    expect(prepend(window, run(3, 8))).toBe(window);
  });
  it('is set back wherever that is', () => {
    expect(resetTo(window, 15)).toMatchObject({ before: 10, end: 15 });
    expect(resetTo(window, 15).entries).toHaveLength(5);
    expect(resetTo(window, 4)).toEqual({ entries: [], before: 4, end: 4 });
    expect(resetTo({ ...window, end: 90 }, 50)).toMatchObject({ end: 50, entries: window.entries });
  });
  it('drops at the side that it is told, by count and by weight', () => {
    const light = { entries: 4, weight: 1e9 };
    expect(trim(window, 'start', light)).toMatchObject({ before: 16 });
    expect(trim(window, 'end', light).entries.at(-1)?.seq).toBe(14);
    expect(trim(window, 'end', { entries: 10, weight: 1e9 })).toBe(window);
    const each = weigh(window.entries[0]) + 5;
    expect(trim(window, 'start', { entries: 100, weight: each * 3 }).entries).toHaveLength(3);
    expect(trim(window, 'end', { entries: 100, weight: each * 3 }).entries).toHaveLength(3);
    expect(trim(window, 'start', { entries: 100, weight: 1 }).entries).toHaveLength(1);
    expect(trim(window, 'end', { entries: 100, weight: 1 }).entries).toHaveLength(1);
  });
  it('weighs what an entry holds', () => {
    expect(weigh(undefined)).toBe(0);
    expect(weigh(entry(1, { data: { a: ['x'.repeat(5000), 3] } }))).toBeGreaterThan(5000);
  });
});

describe('LiveEnd', () => {
  it('leads on from where it reaches back to', () => {
    const end = new LiveEnd(10);
    expect(end.after(10)).toEqual([]);
    expect(end.after(9)).toBeNull();
    for (const each of run(11, 30)) end.add(each);
    end.add(entry(40));
    expect(end.seq).toBe(30);
    expect(end.after(9)).toBeNull();
    expect(end.after(10)).toHaveLength(20);
    expect(end.after(25)?.map(({ seq }) => seq)).toEqual([26, 27, 28, 29, 30]);
    end.reset(20);
    expect(end.after(18)?.map(({ seq }) => seq)).toEqual([19, 20]);
  });
  it('is bounded', () => {
    const end = new LiveEnd(0);
    for (const each of run(1, 5000)) end.add(each);
    expect(end.all().length).toBeLessThanOrEqual(1000);
    expect(end.all().at(-1)?.seq).toBe(5000);
    for (let seq = 5001; seq < 5030; seq += 1) end.add(entry(seq, { message: 'x'.repeat(1024 ** 2) }));
    expect(end.all().length).toBeLessThan(10);
    expect(end.all().at(-1)?.seq).toBe(5029);
  });
});

describe('frames', () => {
  function clock(hidden: boolean) {
    const frames = new Map<number, () => void>();
    const timers = new Map<number, () => void>();
    let id = 0;
    const made: FrameClock = {
      hidden: () => hidden,
      frame: (work) => (frames.set((id += 1), work), id),
      endFrame: (frame) => frames.delete(frame),
      later: (work) => (timers.set((id += 1), work), id),
      endLater: (timer) => timers.delete(timer),
    };
    return { made, frames, timers };
  }
  it.each([true, false])('run work once, hidden or not (%s)', (hidden) => {
    const { made, frames, timers } = clock(hidden);
    const runs: number[] = [];
    const asked = createFrames(made);
    asked.ask(() => runs.push(1));
    asked.ask(() => runs.push(2));
    expect([frames.size, timers.size]).toEqual([hidden ? 0 : 1, 1]);
    (hidden ? [...timers.values()] : [...frames.values()]).forEach((work) => work());
    expect(runs).toEqual([1]);
    expect([frames.size, timers.size]).toEqual([0, 0]);
    asked.ask(() => runs.push(3));
    asked.cancel();
    asked.cancel();
    expect([frames.size, timers.size]).toEqual([0, 0]);
  });
});
