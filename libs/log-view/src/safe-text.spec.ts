import { describe, expect, it } from '@jest/globals';

import { exactText, safeLine, safeText } from './safe-text.js';
import { lineText, styledLines } from './styled-lines.js';

const E = '\u001b';

/** What a hostile program may print, and what is left of it for people. */
const hostile: [string, string, string][] = [
  ['sets the title', `a${E}]0;owned\u0007b`, 'ab'],
  ['sets the title, ended by ST', `a${E}]2;owned${E}\\b`, 'ab'],
  ['sets the title by C1 controls', 'a\u009d0;owned\u009cb', 'ab'],
  ['begins a title and never ends it', `a${E}]0;hidden words`, 'a␛]0;hidden words'],
  ['begins a title that another sequence ends', `a${E}]0;x${E}[31mb`, 'a␛]0;xb'],
  ['writes to the clipboard', `${E}]52;c;bGFsYQ==\u0007ok`, 'ok'],
  ['makes a link that lies', `${E}]8;;http://evil${E}\\https://good${E}]8;;${E}\\`, 'https://good'],
  ['moves the cursor', `a${E}[2A${E}[10;20Hb${E}[5Dc`, 'abc'],
  ['clears the screen', `${E}[2J${E}[3J${E}[Hclean`, 'clean'],
  ['moves by C1 control', 'a\u009b2Ab', 'ab'],
  ['resets the terminal', `${E}cok${E}7${E}8${E}(B${E}#8`, 'ok'],
  ['asks the terminal who it is', `${E}[c${E}[6n${E}Z${E}P$qm${E}\\ok`, 'ok'],
  ['uses the alternate screen, mouse and paste modes', `${E}[?1049h${E}[?1000h${E}[?2004hok`, 'ok'],
  ['sends a string to tmux', `${E}Ptmux;x${E}\\${E}_app${E}\\${E}^pm${E}\\${E}Xsos${E}\\ok`, 'ok'],
  ['ends in half a sequence', `ok${E}[31`, 'ok␛[31'],
  ['ends in an escape', `ok${E}`, 'ok␛'],
  ['sends parameters without end', `${E}[${'1;'.repeat(100)}mok`, `␛[${'1;'.repeat(100)}mok`],
  ['rings and backs up', 'a\u0007b\u0000c\u007fd', 'a␇b␀c␡d'],
  ['turns the direction of writing', 'safe\u202egpj.exe\u2066x\u2069', 'safe<U+202E>gpj.exe<U+2066>x<U+2069>'],
  ['hides letters', 'a\u200bb\u2060c\ufeffd\u{e0041}e', 'a<U+200B>b<U+2060>c<U+FEFF>d<U+E0041>e'],
  ['breaks lines in odd ways', 'a\u2028b\u0085c', 'a<U+2028>bc'],
  ['sends half of a pair', 'a\ud800b', 'a<U+D800>b'],
];
const harmless: [string, string][] = [
  ['tabs', 'a\tb'],
  ['other scripts and joined emoji', 'für 日本語 עברית فارسی\u200c👩\u200d💻'],
];

describe('text of a hostile program', () => {
  it.each(hostile)('%s', (_what, text, left) => {
    expect(safeText(text)).toBe(left);
    expect(styledLines(text).map(lineText).join('\n')).toBe(left);
  });

  it.each(harmless)('leaves %s alone', (_what, text) => {
    expect([safeText(text), exactText(text), lineText(styledLines(text)[0] ?? [])]).toEqual([text, text, text]);
  });

  it('never lets a control through, whatever the bytes', () => {
    let seed = 42;
    const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    const alphabet = [
      E,
      '[',
      ']',
      ';',
      '0',
      '3',
      'm',
      'K',
      'A',
      '\\',
      '\u0007',
      '\r',
      '\n',
      '\b',
      '\u009b',
      '\u009d',
      '\u009c',
      'P',
      'x',
      '\u202e',
      '\u0000',
    ];
    for (let round = 0; round < 3000; round += 1) {
      const text = Array.from({ length: 20 }, () => alphabet[random(alphabet.length)]).join('');
      for (const shown of [safeText(text), exactText(text), styledLines(text).map(lineText).join('\n')]) {
        expect(shown).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
      }
    }
  });

  it('reads a megabyte of half sequences in time', () => {
    const started = performance.now();
    for (const piece of [`${E}]`, `${E}[`, `${E}]0;x`, '\u009d', `${E}[31m`, 'ab\r']) {
      const text = piece.repeat(1_000_000 / piece.length);
      safeText(text);
      styledLines(text);
    }
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('puts prose in lines, and on one line', () => {
    expect(safeText('a\r\nb\rc\u0001')).toBe('a\nb\nc␁');
    expect(safeLine(' a\n\n b\tc\u0001 ')).toBe('a b c␁');
  });

  it('drops nothing where every character counts', () => {
    expect(exactText(`rm${E}[8m -rf /${E}[0m\r\nls`)).toBe('rm␛[8m -rf /␛[0m␍\nls');
  });
});
