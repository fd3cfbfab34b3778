import { describe, expect, it } from '@jest/globals';
import { isContinuation, isWrittenByCli, readConversation } from './conversation.js';
import { readMessagesRequest } from './messages-api.js';

type Message = { role: string; content: unknown };

const user = (...content: unknown[]): Message => ({ role: 'user', content });
const text = (value: string) => ({ type: 'text', text: value });
const assistantText = (value: string): Message => ({ role: 'assistant', content: [text(value)] });
const toolUse: Message = { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'Bash', input: {} }] };
const toolResult = (content: unknown) => ({ type: 'tool_result', tool_use_id: 't', content });
const reminder = text('<system-reminder>\nAttribution for git commits.\n</system-reminder>\n');
const environment: Message = {
  role: 'system',
  content: 'You have been invoked in: \n - Primary working directory: /srv/work\n - Is a git repository: false',
};

function read(messages: Message[], extra: Record<string, unknown> = {}) {
  const request = readMessagesRequest({ model: 'm', messages, ...extra });
  if ('problem' in request) throw new Error(request.problem);
  return readConversation(request);
}

describe('readConversation', () => {
  it.each<[string, Message[], { prompts: string[]; turn: number; result?: string }]>([
    ['a first prompt', [user(reminder, text('do it')), environment], { prompts: ['do it'], turn: 0 }],
    ['a prompt as plain text', [{ role: 'user', content: 'do it' }], { prompts: ['do it'], turn: 0 }],
    [
      'after a tool result',
      [user(reminder, text('do it')), environment, toolUse, user(toolResult('out'))],
      { prompts: ['do it'], turn: 1, result: 'out' },
    ],
    [
      'a tool result in blocks',
      [user(text('do it')), toolUse, user(toolResult([text('a'), text('b')]))],
      { prompts: ['do it'], turn: 1, result: 'a\nb' },
    ],
    [
      'a reminder beside the tool result',
      [user(text('do it')), toolUse, user(toolResult('out'), reminder)],
      { prompts: ['do it'], turn: 1, result: 'out' },
    ],
    [
      'two tool rounds',
      [user(text('do it')), toolUse, user(toolResult('1')), toolUse, user(toolResult('2'))],
      { prompts: ['do it'], turn: 2, result: '2' },
    ],
    [
      'two assistant messages in a row are one reply',
      [user(text('do it')), assistantText('first'), toolUse, user(toolResult('1'))],
      { prompts: ['do it'], turn: 1, result: '1' },
    ],
    [
      'a second prompt starts again',
      [user(text('one')), assistantText('done'), user(text('two'))],
      { prompts: ['two'], turn: 0 },
    ],
    [
      'a prompt that got no answer and its successor in one message',
      [user(reminder, text('one\n'), text('two'))],
      { prompts: ['two', 'one'], turn: 0 },
    ],
    [
      'resumed with "continue" before any answer',
      [user(text('one\n'), text('Continue from where you left off.'))],
      { prompts: ['Continue from where you left off.', 'one'], turn: 0 },
    ],
    [
      'resumed with "continue" after a tool result',
      [user(text('one')), toolUse, user(toolResult('out'), text('Continue from where you left off.'))],
      { prompts: ['one'], turn: 1, result: 'out' },
    ],
    [
      'resumed after a kill: the placeholder is no reply',
      [
        user(text('one')),
        toolUse,
        user(toolResult('x')),
        assistantText('No response requested.'),
        user(text('#continue')),
      ],
      { prompts: ['one'], turn: 1, result: 'x' },
    ],
    [
      'interrupted, then a new prompt in the same message',
      [
        user(text('one')),
        toolUse,
        user(toolResult('no'), text('[Request interrupted by user for tool use]'), text('two')),
      ],
      { prompts: ['two'], turn: 0, result: 'no' },
    ],
    [
      'cut at the output limit: the CLI asks on',
      [user(text('one')), assistantText('cut he'), user(text('Output token limit hit. Resume directly'))],
      { prompts: ['one'], turn: 1 },
    ],
    [
      'an empty reply counts although the request leaves it out',
      [
        user(
          text('one'),
          text('<system-reminder>\n[Your previous response had no visible output. Please]\n</system-reminder>'),
        ),
      ],
      { prompts: ['one'], turn: 1 },
    ],
    [
      'after a compaction',
      [
        {
          role: 'user',
          content: 'This session is being continued from a previous conversation that ran out of context.',
        },
        assistantText('done'),
        user(
          reminder,
          text('<local-command-caveat>The command below</local-command-caveat>'),
          text('<command-name>/compact</command-name>'),
          text('<local-command-stdout>Compacted </local-command-stdout>'),
          text('after compact'),
        ),
      ],
      { prompts: ['after compact'], turn: 0 },
    ],
    ['nothing that a user wrote', [user(reminder)], { prompts: [''], turn: 0 }],
    ['"continue" as the first word', [user(text('continue'))], { prompts: ['continue'], turn: 0 }],
  ])('%s', (_, messages, expected) => {
    expect(read(messages)).toMatchObject({ result: '', ...expected });
  });

  it.each([
    ['the environment message', [environment], {}, '/srv/work'],
    [
      'the system prompt of --bare',
      [],
      { system: [{ type: 'text', text: 'CWD: /srv/bare\nDate: today' }] },
      '/srv/bare',
    ],
    ['nowhere', [], {}, '.'],
  ])('finds the working directory in %s', (_, messages, extra, cwd) => {
    expect(read([user(text('x')), ...messages], extra).cwd).toBe(cwd);
  });
});

describe('isContinuation', () => {
  it.each([
    ['Continue from where you left off.', true],
    ['The platform was restarted. Go on where you left off and finish the task.', true],
    ['continue', true],
    ['Please go on.', true],
    ['#continue', true],
    ['Continue the story of the fox', false],
    ['#say where you left off', false],
    ['do it', false],
  ])('%s: %s', (value, expected) => {
    expect(isContinuation(value)).toBe(expected);
  });
});

it('does not take an ordinary prompt for a text of the CLI', () => {
  expect(isWrittenByCli('Request the report')).toBe(false);
});
