import { describe, expect, it } from '@jest/globals';

import { LineSplitter } from './line-splitter.js';

const push = (splitter: LineSplitter, text: string | Buffer) =>
  splitter.push(Buffer.from(text)).map((line) => line.text);

describe('LineSplitter', () => {
  it('joins lines over chunks', () => {
    const splitter = new LineSplitter(100);
    expect(push(splitter, 'one\ntw')).toEqual(['one']);
    expect(push(splitter, 'o\nthree')).toEqual(['two']);
    expect(splitter.end()?.text).toBe('three');
    expect(splitter.end()).toBeNull();
  });

  it('keeps half a UTF-8 sequence for the rest of it', () => {
    const splitter = new LineSplitter(100);
    const bytes = Buffer.from('한글\n');
    expect(splitter.push(bytes.subarray(0, 4))).toEqual([]);
    expect(splitter.push(bytes.subarray(4)).map((line) => line.text)).toEqual(['한글']);
  });

  it('shows a sequence that never gets its rest as the replacement character', () => {
    const splitter = new LineSplitter(100);
    expect(splitter.push(Buffer.from([0x61, 0xed, 0x95, 0x0a])).map((line) => line.text)).toEqual(['a\ufffd']);
    expect(push(splitter, 'ok\n')).toEqual(['ok']);
  });

  it('cuts a line that is too long, holds no more of it, and says its size', () => {
    const splitter = new LineSplitter(4);
    splitter.push(Buffer.from('abc'));
    splitter.push(Buffer.from('defgh'));
    const [line] = splitter.push(Buffer.from('ij\nnext\n'));
    expect(line).toEqual({ text: 'abcd', bytes: 10, cut: true });
    expect(push(splitter, 'xy\n')).toEqual(['xy']);
  });
});
