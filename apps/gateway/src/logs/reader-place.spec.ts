import type { LogEntry } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { startAt, takeBeforeEnd, takeContiguous } from './reader-place.js';

function entry(seq: number, attempt = 1, source: LogEntry['source'] = 'claude'): LogEntry {
  return { seq, attempt, time: '2026-01-01T00:00:00.000Z', level: 'info', source, message: `line ${seq}`, data: null };
}

const at = (seq: number, attempt: number | null = 1, confirmed = false) => ({ seq, attempt, confirmed });
const seqs = (entries: LogEntry[]) => entries.map(({ seq }) => seq);

describe('takeContiguous', () => {
  it('takes what continues the place', () => {
    const taken = takeContiguous(at(2), [entry(3), entry(4)]);
    expect(seqs(taken.accepted)).toEqual([3, 4]);
    expect(taken).toMatchObject({ place: { seq: 4, attempt: 1 }, stoppedBy: null });
  });

  it('skips what the reader has', () => {
    expect(seqs(takeContiguous(at(3), [entry(2), entry(3), entry(4)]).accepted)).toEqual([4]);
  });

  it('stops at a gap', () => {
    const taken = takeContiguous(at(2), [entry(3), entry(5)]);
    expect(seqs(taken.accepted)).toEqual([3]);
    expect(taken).toMatchObject({ place: { seq: 3 }, stoppedBy: 'gap' });
  });

  it('stops before another attempt until the place is confirmed', () => {
    expect(takeContiguous(at(2, 1), [entry(3, 2)])).toMatchObject({ accepted: [], stoppedBy: 'attempt' });
    expect(seqs(takeContiguous(at(2, 1, true), [entry(3, 2)]).accepted)).toEqual([3]);
  });

  it('takes any attempt where the place does not know its own', () => {
    expect(seqs(takeContiguous(at(2, null), [entry(3, 7)]).accepted)).toEqual([3]);
    expect(seqs(takeContiguous(startAt({ seq: 0, attempt: null }), [entry(1, 7)]).accepted)).toEqual([1]);
  });
});

describe('takeBeforeEnd', () => {
  it('holds the end back', () => {
    const taken = takeBeforeEnd(at(2), [entry(3), entry(4, 1, 'end'), entry(5, 2)]);
    expect(seqs(taken.accepted)).toEqual([3]);
    expect(taken.end?.seq).toBe(4);
  });

  it('knows an end that the reader has', () => {
    expect(takeBeforeEnd(at(4), [entry(4, 1, 'end')])).toMatchObject({ accepted: [], end: undefined, stoppedBy: null });
  });

  it('sees the gap before an end', () => {
    expect(takeBeforeEnd(at(2), [entry(4, 1, 'end')])).toMatchObject({ end: undefined, stoppedBy: 'gap' });
  });
});
