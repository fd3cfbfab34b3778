import { describe, expect, it } from '@jest/globals';

import { firstLoad, report } from '../size/first-load.js';

const manifest = {
  'index.html': { file: 'a.js', imports: ['_b', '_c'], dynamicImports: ['later'] },
  _b: { file: 'b.js', imports: ['_c'] },
  _c: { file: 'c.js', imports: ['_b'] },
  later: { file: 'later.js' },
};
const contents: Record<string, string> = { 'a.js': 'a'.repeat(5000), 'b.js': 'abc', 'c.js': 'xyz' };
const read = (file: string) => Buffer.from(contents[file] ?? '');

describe('the size of the first load', () => {
  it('counts the entry and what it imports statically, each once, compressed', () => {
    const files = firstLoad(manifest, 'index.html', read);
    expect(files.map(({ file }) => file).sort()).toEqual(['a.js', 'b.js', 'c.js']);
    expect(files[0]).toMatchObject({ file: 'a.js', bytes: 5000 });
    expect(files[0]?.gzip).toBeLessThan(100);
    const { total, text } = report(files, 1000);
    expect(total).toBe(files.reduce((sum, { gzip }) => sum + gzip, 0));
    expect(text).toContain('within its limit');
    expect(report(files, 10).text).toContain('OVER its limit');
  });

  it('says when the manifest is of another build', () => {
    expect(() => firstLoad(manifest, 'other.html', read)).toThrow('other.html');
  });
});
