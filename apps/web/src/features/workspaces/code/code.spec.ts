import { describe, expect, it } from '@jest/globals';

import { languageOf } from './language.js';
import { plainLines, tokenLines } from './token-lines.js';

describe('languageOf', () => {
  it.each([
    ['src/a.test.TS', 'typescript'],
    ['Makefile', 'makefile'],
    ['a/.bashrc', 'bash'],
    ['LICENSE', null],
    ['a.constructor', null],
    ['a.unknown', null],
  ])('%s is %s', (path, language) => {
    expect(languageOf(path)).toBe(language);
  });
});

describe('tokenLines', () => {
  it('cuts at line ends, also within a token, and keeps the innermost colour', () => {
    const root = {
      type: 'root',
      children: [
        { type: 'text', value: 'a\n\n' },
        {
          type: 'element',
          properties: { className: ['hljs-comment'] },
          children: [
            { type: 'text', value: '/* x\n' },
            {
              type: 'element',
              properties: { className: ['hljs-doctag', 'b'] },
              children: [{ type: 'text', value: 'y' }],
            },
            { type: 'element', children: [{ type: 'text', value: '*/' }] },
          ],
        },
        { type: 'element' },
        { type: 'text' },
      ],
    };
    expect(tokenLines(root)).toEqual([
      [{ text: 'a', className: null }],
      [],
      [{ text: '/* x', className: 'hljs-comment' }],
      [
        { text: 'y', className: 'hljs-doctag b' },
        { text: '*/', className: 'hljs-comment' },
      ],
    ]);
  });
  it('shows markup as the text that it is', () => {
    expect(plainLines('<b>\n')).toEqual([[{ text: '<b>', className: null }], []]);
  });
});
