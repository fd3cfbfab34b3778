import { describe, expect, it } from '@jest/globals';

import { lineText, styledLines, type StyledLine } from './styled-lines.js';

const E = '\u001b';

describe('styledLines', () => {
  it.each<[string, string, string[]]>([
    ['nothing', '', ['']],
    ['lines', 'a\n\nb\n', ['a', '', 'b']],
    ['Windows lines', 'a\r\nb\r\n', ['a', 'b']],
    ['a progress bar', '10%\r50%\r100%', ['100%']],
    ['what is overwritten in part', 'abcdef\rxy', ['xycdef']],
    ['a bar that clears its line', `downloading\r${E}[Kdone`, ['done']],
    ['a line cleared up to the cursor', `abcdef\b\b${E}[1K`, ['     f']],
    ['a line cleared as a whole', `abc${E}[2K`, ['   ']],
    ['a spinner with backspaces', '|\b/\b-\bok', ['ok']],
    ['too many backspaces', 'a\b\b\bb', ['b']],
  ])('shows the last state of %s', (_what, text, expected) => {
    expect(styledLines(text).map(lineText)).toEqual(expected);
  });

  it.each<[string, string, StyledLine]>([
    ['a colour', `${E}[31mred${E}[0m no`, [{ text: 'red', style: { fg: 1 } }, { text: ' no' }]],
    ['bright and background', `${E}[1;92;44mx`, [{ text: 'x', style: { bold: true, fg: 10, bg: 4 } }]],
    ['bright background', `${E}[103mx`, [{ text: 'x', style: { bg: 11 } }]],
    ['the palette', `${E}[38;5;208;48;5;16mx`, [{ text: 'x', style: { fg: 208, bg: 16 } }]],
    ['true colour', `${E}[38;2;1;2;3mx`, [{ text: 'x', style: { fg: [1, 2, 3] } }]],
    [
      'true colour with colons',
      `${E}[38:2::1:2:3;48:2:4:5:6mx`,
      [{ text: 'x', style: { fg: [1, 2, 3], bg: [4, 5, 6] } }],
    ],
    ['the palette with colons', `${E}[38:5:9mx`, [{ text: 'x', style: { fg: 9 } }]],
    ['colours that are none', `${E}[38;5;999m${E}[38;2;1mx${E}[38;9m${E}[38:9:1my`, [{ text: 'xy' }]],
    [
      'attributes',
      `${E}[2;3;4;7;9mx`,
      [{ text: 'x', style: { dim: true, italic: true, underline: true, inverse: true, strike: true } }],
    ],
    ['the end of attributes', `${E}[1;3;4;7;9;31;42m${E}[22;23;24;27;29;39;49mx`, [{ text: 'x' }]],
    [
      'underlines of other kinds',
      `${E}[4:3ma${E}[4:0mb${E}[21mc`,
      [{ text: 'a', style: { underline: true } }, { text: 'b' }, { text: 'c', style: { underline: true } }],
    ],
    ['what nobody knows', `${E}[99;58mx`, [{ text: 'x' }]],
    ['an empty one as reset', `${E}[31ma${E}[mb`, [{ text: 'a', style: { fg: 1 } }, { text: 'b' }]],
    ['equal styles as one span', `${E}[31ma${E}[31mb`, [{ text: 'ab', style: { fg: 1 } }]],
  ])('keeps %s', (_what, text, expected) => {
    expect(styledLines(text)).toEqual([expected]);
  });

  it('takes a colour along to the next line', () => {
    expect(styledLines(`${E}[32ma\nb${E}[0m\nc`)).toEqual([
      [{ text: 'a', style: { fg: 2 } }],
      [{ text: 'b', style: { fg: 2 } }],
      [{ text: 'c' }],
    ]);
  });
});
