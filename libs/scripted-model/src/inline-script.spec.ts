import { describe, expect, it } from '@jest/globals';
import { inlineScript } from './inline-script.js';

const tool = (name: string, input: Record<string, unknown>) => ({ reply: [{ tool_use: { name, input } }] });

describe('inlineScript', () => {
  it.each<[string, unknown]>([
    ['an ordinary prompt', null],
    ['# A heading\n#nothing known\n  #say indented', null],
    ['#script {"turns":["hi",{"status":529}]}', [{ reply: [{ text: 'hi' }] }, { status: 529 }]],
    ['do it:\n```script\n[\n "hi"\n]\n```\nplease', [{ reply: [{ text: 'hi' }] }]],
    ['#write a/b.txt one\\ntwo  three', [tool('Write', { file_path: '{{cwd}}/a/b.txt', content: 'one\ntwo  three' })]],
    ['#write /abs.txt', [tool('Write', { file_path: '/abs.txt', content: '' })]],
    [
      '#edit a.js x = 1 => x = 2',
      [tool('Edit', { file_path: '{{cwd}}/a.js', old_string: 'x = 1', new_string: 'x = 2' })],
    ],
    ['#read a.js', [tool('Read', { file_path: '{{cwd}}/a.js' })]],
    ['#bash ls -l | wc', [tool('Bash', { command: 'ls -l | wc', description: 'Scripted command' })]],
    ['#tool Grep {"pattern":"x"}', [tool('Grep', { pattern: 'x' })]],
    ['#tool TodoRead', [tool('TodoRead', {})]],
    ['#think hm\n#say so', [{ reply: [{ thinking: 'hm' }, { text: 'so' }] }]],
    ['#gate go\n#slow 5\n#say so', [{ reply: [{ text: 'so' }], gate: 'go', chunk_delay_ms: 5 }]],
    [
      '#fail 429 retry_after=2 times=1\n#say so',
      [{ status: 429, retry_after: 2, times: 1 }, { reply: [{ text: 'so' }] }],
    ],
    ['#fail 529 mid_stream', [{ status: 529, moment: 'mid_stream' }]],
    ['#gate go\n#stall mid_stream', [{ stall: 'mid_stream', gate: 'go' }]],
    ['#think lost\n#drop before_headers times=2', [{ drop: 'before_headers', times: 2 }]],
  ])('%j', (prompt, turns) => {
    expect(inlineScript(prompt)).toEqual(turns);
  });

  it.each([
    ['#script {oops', 'not JSON'],
    ['#script {"turns":[{"status":1}]}', 'status must be a number'],
    ['#fail soon', '#fail[0].status must be a number'],
    ['#fail 429 time=1', '#fail[0].time is unknown'],
    ['#stall later', '#stall[0].stall must be one of'],
    ['#tool Bash {oops', 'not JSON'],
  ])('says what is wrong with %j', (prompt, message) => {
    expect(() => inlineScript(prompt)).toThrow(message);
  });
});
