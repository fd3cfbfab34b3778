import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

const folder = fileURLToPath(new URL('.', import.meta.url));
const filesOf = (language: string) => readdirSync(folder + language).sort();
const plural = /_(zero|one|two|few|many|other)$/;

/** Every text by its path; the forms of a plural count as one, because languages have different ones. */
function textsOf(language: string, file: string): Map<string, string> {
  const texts = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      texts.set(path.replace(plural, ''), value);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`);
    }
  };
  walk(JSON.parse(readFileSync(`${folder}${language}/${file}`, 'utf8')), '');
  return texts;
}

const placeholders = (text: string) =>
  [...text.matchAll(/\{\{-?\s*([\w.]+)|<(\w+)/g)].map(([, name, tag]) => name ?? tag).sort();

describe('the catalogues', () => {
  it('are the same in each language', () => {
    expect(filesOf('ko')).toEqual(filesOf('en'));
    expect(filesOf('en').length).toBeGreaterThan(4);
  });

  it.each(filesOf('en'))('%s has every text in English and Korean, with the same places to fill', (file) => {
    const [en, ko] = [textsOf('en', file), textsOf('ko', file)];
    expect([...ko.keys()].sort()).toEqual([...en.keys()].sort());
    for (const [key, text] of en) {
      const other = ko.get(key) ?? '';
      expect([key, text.trim() !== '', other.trim() !== '']).toEqual([key, true, true]);
      // A plural's form for one thing may leave its number out.
      const [places, others] = [placeholders(text), placeholders(other)].map((names) =>
        names.filter((name) => name !== 'count'),
      );
      expect([key, others]).toEqual([key, places]);
    }
  });
});
