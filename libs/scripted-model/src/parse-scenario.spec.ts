import { describe, expect, it } from '@jest/globals';
import { demoScenarios } from './demo-scenarios.js';
import { parseScenarios, parseTurns } from './parse-scenario.js';

describe('parseTurns', () => {
  it('accepts the short forms', () => {
    expect(
      parseTurns([
        'a text',
        ['one', { tool_use: { name: 'Bash', input: { command: 'ls' } } }],
        { text: 'a block' },
        { thinking: 'hm' },
        { tool_use: { name: 'Read' } },
        { gate: 'held' },
        { reply: 'said', gate: 'g', stop_reason: 'max_tokens', chunk_delay_ms: 5, usage: { input_tokens: 7 } },
        { reply: [], when_result: 'ok', otherwise: 'no' },
      ]),
    ).toEqual([
      { reply: [{ text: 'a text' }] },
      { reply: [{ text: 'one' }, { tool_use: { name: 'Bash', input: { command: 'ls' } } }] },
      { reply: [{ text: 'a block' }] },
      { reply: [{ thinking: 'hm' }] },
      { reply: [{ tool_use: { name: 'Read', input: {} } }] },
      { reply: [{ gate: 'held' }] },
      {
        reply: [{ text: 'said' }],
        gate: 'g',
        stop_reason: 'max_tokens',
        chunk_delay_ms: 5,
        usage: { input_tokens: 7 },
      },
      { reply: [], when_result: 'ok', otherwise: [{ text: 'no' }] },
    ]);
  });

  it('leaves faults as they are written', () => {
    const faults = [
      { status: 429, retry_after: 2, times: 1, gate: 'g', message: 'slow down', headers: { 'x-a': 'b' } },
      { status: 529, moment: 'mid_stream' },
      { stall: 'mid_stream', text: 'so far' },
      { drop: 'before_headers', times: 2 },
    ];
    expect(parseTurns(faults)).toEqual(faults);
  });

  it.each<[unknown, string]>([
    ['x', 'turns must be a list'],
    [[7], 'turns[0] must be a text, a list of blocks, a reply or a fault'],
    [[{ status: 200 }], 'turns[0].status must be a number from 400 to 599'],
    [[{ status: 429, retry: 1 }], 'turns[0].retry is unknown'],
    [[{ stall: 'later' }], 'turns[0].stall must be one of before_headers, mid_stream'],
    [[{ drop: 'mid_stream', times: 0 }], 'turns[0].times must be a number'],
    [[{ status: 500, headers: { a: 1 } }], 'turns[0].headers.a must be a text'],
    [[{ reply: 5 }], 'turns[0].reply must be a text or a list of blocks'],
    [[{ reply: [], when_result: '(' }], 'turns[0].when_result: Invalid regular expression'],
    [[{ txt: 'typo' }], 'turns[0].txt is unknown'],
    [[{ tool_use: { input: {} } }], 'turns[0].tool_use.name is missing'],
    [[{ tool_use: 'Bash' }], 'turns[0].tool_use must be an object'],
    [[{ text: 5 }], 'turns[0].text must be a text'],
  ])('says what is wrong with %j', (turns, message) => {
    expect(() => parseTurns(turns)).toThrow(message);
  });
});

describe('parseScenarios', () => {
  it('reads a list or an object with one, and leaves complete scenarios as they are', () => {
    expect(parseScenarios(JSON.parse(JSON.stringify(demoScenarios)))).toEqual(demoScenarios);
    expect(parseScenarios({ scenarios: [{ name: 'a', turns: [] }] })).toEqual([{ name: 'a', match: {}, turns: [] }]);
  });

  it.each<[unknown, string]>([
    [{}, 'scenarios must be a list'],
    [[{ turns: [] }], 'scenarios[0].name is missing'],
    [[{ name: 'a', match: { pattern: '[' }, turns: [] }], 'scenarios[0].match.pattern: Invalid regular expression'],
    [[{ name: 'a' }], 'scenarios[0].turns must be a list'],
  ])('says what is wrong with %j', (value, message) => {
    expect(() => parseScenarios(value)).toThrow(message);
  });
});
