import { DomainError } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { parseStrictJson } from './strict-json.js';

const parse = (text: string | Buffer): unknown => parseStrictJson(Buffer.from(text), 4);

function refusalOf(text: string | Buffer): DomainError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof DomainError) return error;
  }
  throw new Error(`${text.toString()} was not refused with a DomainError`);
}

describe('parseStrictJson', () => {
  it.each([
    ['{"a":[1,{"b":null}],"c":"\\u00e9😀"}', { a: [1, { b: null }], c: 'é😀' }],
    ['[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['{"a":{"a":1}}', { a: { a: 1 } }],
    ['"x"', 'x'],
    ['[[[[1]]]]', [[[[1]]]]],
  ])('reads %s', (text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it.each([
    ['{"a":1,"a":2}', 'twice'],
    ['{"a":1,"\\u0061":2}', 'twice'],
    ['{"x":{"b":1,"c":1,"b":1}}', 'twice'],
    ['{"__proto__":{}}', '__proto__'],
    ['{"\\u005f_proto__":{}}', '__proto__'],
    ['[[[[[1]]]]]', 'nested deeper than 4'],
    ['{"a":{"a":{"a":{"a":{}}}}}', 'nested deeper than 4'],
    ['{"a":1', 'not valid JSON'],
    ['{"a":1,}', 'not valid JSON'],
    ['{/**/}', 'not valid JSON'],
    ["{'a':1}", 'not valid JSON'],
    ['NaN', 'not valid JSON'],
    [' ', 'not valid JSON'],
    [Buffer.from([0x22, 0xff, 0x22]), 'UTF-8'],
  ])('refuses %s: %s', (text, why) => {
    const { code, message } = refusalOf(text);
    expect(code).toBe('request.malformed');
    expect(message).toContain(why);
  });

  it('never quotes the body, which may hold a password', () => {
    expect(refusalOf('{"password":"hunter2"').message).not.toContain('hunter2');
  });

  it('refuses a megabyte of brackets without growing the stack', () => {
    expect(refusalOf('['.repeat(500_000) + ']'.repeat(500_000)).code).toBe('request.malformed');
    expect(refusalOf('['.repeat(1_000_000)).code).toBe('request.malformed');
  });
});
