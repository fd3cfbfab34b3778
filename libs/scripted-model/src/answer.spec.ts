import { describe, expect, it } from '@jest/globals';
import { answerTo, NO_SCRIPT_REPLY, SCRIPT_ENDED_REPLY } from './answer.js';
import { readMessagesRequest, type MessagesRequest } from './messages-api.js';
import type { Scenario } from './scenario.js';

function ask(prompts: string[], results: string[] = []): MessagesRequest {
  const rounds = results.flatMap((content) => [
    { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'Bash', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content }] },
  ]);
  const content = prompts.map((text) => ({ type: 'text', text }));
  const read = readMessagesRequest({ model: 'm', messages: [{ role: 'user', content }, ...rounds] });
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

const scenarios: Scenario[] = [
  {
    name: 'rename',
    match: { pattern: 'rename (?<from>\\w+) to (?<to>\\w+)' },
    turns: [{ reply: [{ text: '{{from}} is {{to}} in {{cwd}}, {{other}}' }] }],
  },
  { name: 'both', match: { contains: 'fox', pattern: 'dog' }, turns: [{ reply: [{ text: 'animals' }] }] },
  {
    name: 'check',
    match: { contains: 'check' },
    turns: [
      {
        reply: [
          { thinking: '{{prompt}}' },
          { gate: 'g' },
          { tool_use: { name: 'X', input: { list: ['{{prompt}}', 1], in: { a: '{{prompt}}' } } } },
        ],
      },
      { reply: [{ text: 'good: {{result}}' }], when_result: 'ok', otherwise: [{ text: 'bad: {{result}}' }] },
      { reply: [{ text: 'unsaid' }], when_result: 'never' },
    ],
  },
  {
    name: 'flaky',
    match: { contains: 'flaky' },
    turns: [{ status: 529, times: 2 }, { drop: 'mid_stream', times: 1 }, { reply: [{ text: 'up' }] }, { status: 401 }],
  },
];

const text = (value: string) => ({ reply: [{ text: value }] });

describe('answerTo', () => {
  it.each<[string, MessagesRequest, unknown, string | null]>([
    ['no scenario', ask(['hello']), text(NO_SCRIPT_REPLY), null],
    ['named groups, an unknown name stays', ask(['rename a to b']), text('a is b in ., {{other}}'), 'rename'],
    ['contains and pattern must both hold', ask(['a fox']), text(NO_SCRIPT_REPLY), null],
    ['contains and pattern both hold', ask(['fox and dog']), text('animals'), 'both'],
    [
      'placeholders everywhere',
      ask(['check']),
      {
        reply: [
          { thinking: 'check' },
          { gate: 'g' },
          { tool_use: { name: 'X', input: { list: ['check', 1], in: { a: 'check' } } } },
        ],
      },
      'check',
    ],
    ['a result that matches', ask(['check'], ['ok then']), text('good: ok then'), 'check'],
    ['a result that does not', ask(['check'], ['failed']), text('bad: failed'), 'check'],
    ['nothing to say otherwise', ask(['check'], ['1', '2']), text(SCRIPT_ENDED_REPLY), 'check'],
    ['past the end', ask(['check'], ['1', '2', '3']), text(SCRIPT_ENDED_REPLY), 'check'],
    ['the newest prompt with a script', ask(['check', 'fox and dog']), text('animals'), 'both'],
    ['an older one when the newest has none', ask(['fox and dog', 'hello?']), text('animals'), 'both'],
    ['a script in the prompt comes first', ask(['fox and dog\n#say mine']), text('mine'), 'inline'],
  ])('%s', (_, request, turn, scenario) => {
    expect(answerTo(request, scenarios, new Map())).toMatchObject({ turn, scenario });
  });

  it('fails as often as the script says, by prompt, and then goes on', () => {
    const counts = new Map<string, number>();
    const next = (prompt: string, results: string[] = []) => answerTo(ask([prompt], results), scenarios, counts).turn;
    expect([next('flaky'), next('flaky'), next('flaky'), next('flaky'), next('flaky')]).toMatchObject([
      { status: 529 },
      { status: 529 },
      { drop: 'mid_stream' },
      text('up'),
      text('up'),
    ]);
    expect(next('another flaky one')).toMatchObject({ status: 529 });
    expect([next('flaky', ['x']), next('flaky', ['x'])]).toMatchObject([{ status: 401 }, { status: 401 }]);
  });

  it('answers a wrong script with an error that says what is wrong', () => {
    expect(answerTo(ask(['#script {']), scenarios, new Map())).toMatchObject({
      scenario: 'inline',
      turn: { status: 400, message: expect.stringContaining('#script is not JSON') },
    });
  });

  it('keeps requests beside the conversation out of the scripts', () => {
    const request = { ...ask(['flaky']), max_tokens: 1 };
    expect(answerTo(request, scenarios, new Map())).toMatchObject({ side: 'quota', scenario: null, turn: text('ok') });
  });
});
