import { describe, expect, it } from '@jest/globals';

import { settingsOf, variablesOf } from './container-flags.js';

describe('settingsOf', () => {
  it('takes what is given, as the server reads it', () => {
    expect(settingsOf({ cpu: 1.5, memory: '2g', network: 'open' }, {})).toEqual({
      cpu: 1.5,
      memory: '2g',
      network: 'open',
    });
  });

  it('adds hosts and variables to those that are there', () => {
    const before = { allow: ['a.example'], env: { A: '1', B: '2' } };
    expect(settingsOf({ allow: ['b.example', 'a.example'], env: ['B=3'] }, {}, before)).toEqual({
      allow: ['a.example', 'b.example'],
      env: { A: '1', B: '3' },
    });
    expect(settingsOf({}, {}, before)).toEqual({});
  });
});

describe('variablesOf', () => {
  it.each<[string, Record<string, string>]>([
    ['A=b', { A: 'b' }],
    ['A=', { A: '' }],
    ['A=b=c', { A: 'b=c' }],
    ['HERE', { HERE: 'x y' }],
    ['EMPTY', { EMPTY: '' }],
  ])('reads %s', (given, variables) => {
    expect(variablesOf([given], { HERE: 'x y', EMPTY: '' })).toEqual(variables);
  });

  it.each(['GONE', '=x'])('refuses %s', (given) => {
    expect(() => variablesOf([given], {})).toThrow(/is not set in this environment|has no name/);
  });
});
