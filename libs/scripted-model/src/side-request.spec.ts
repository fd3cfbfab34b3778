import { describe, expect, it } from '@jest/globals';
import { readMessagesRequest, type MessagesRequest } from './messages-api.js';
import { answerSideRequest, sideRequestOf, type SideRequest } from './side-request.js';

function request(fields: Record<string, unknown>, prompt: string): MessagesRequest {
  const read = readMessagesRequest({
    model: 'm',
    max_tokens: 1024,
    messages: [{ role: 'user', content: prompt }],
    ...fields,
  });
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

const schema = (properties: Record<string, unknown>) => ({
  output_config: {
    format: { type: 'json_schema', schema: { type: 'object', properties, required: Object.keys(properties) } },
  },
});

const title = request(
  { system: 'You are naming a coding session so the user can pick it out', ...schema({ title: { type: 'string' } }) },
  '<session>\nfix it\n</session>',
);
const structured = request(
  schema({
    kind: { enum: ['b', 'a'] },
    ok: { type: 'boolean' },
    n: { type: 'integer' },
    list: { type: 'array' },
    name: { type: 'string' },
    inner: { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] },
    odd: {},
    wrong: true,
  }),
  'fill it in',
);

describe('sideRequestOf', () => {
  it.each<[SideRequest | null, MessagesRequest]>([
    ['quota', request({ max_tokens: 1 }, 'quota')],
    ['title', title],
    ['hook', request({ system: 'You are evaluating a hook in Claude Code.' }, 'Is this ok?')],
    ['hook', request({ system: 'You are evaluating a stop-condition hook in Claude Code.' }, 'done?')],
    ['compact', request({}, 'CRITICAL: Respond with TEXT ONLY. Do NOT call any tools.')],
    ['suggestion', request({}, '[SUGGESTION MODE: Suggest what the user might type]')],
    ['agent_summary', request({}, 'Describe your most recent action in 3-5 words')],
    ['structured', structured],
    [null, request({ ...schema({ a: { type: 'string' } }), tools: [{ name: 'Bash' }] }, 'work')],
    [null, request({}, 'a plain prompt')],
  ])('%s', (kind, made) => {
    expect(sideRequestOf(made)).toBe(kind);
  });

  it('is none when the model spoke last', () => {
    expect(sideRequestOf(request({ messages: [{ role: 'assistant', content: '[SUGGESTION MODE' }] }, ''))).toBeNull();
  });
});

describe('answerSideRequest', () => {
  it('gives a title in the form that was asked for', () => {
    expect(JSON.parse(answerSideRequest('title', title))).toEqual({ title: 'Scripted demo session' });
    expect(answerSideRequest('title', request({}, ''))).toBe('Scripted demo session');
  });

  it('fills any schema with the smallest values it allows', () => {
    expect(JSON.parse(answerSideRequest('structured', structured))).toEqual({
      kind: 'b',
      ok: true,
      n: 0,
      list: [],
      name: 'scripted',
      inner: { x: 0 },
      odd: null,
      wrong: null,
    });
    expect(answerSideRequest('structured', request({}, ''))).toBe('{}');
  });

  it.each<[SideRequest, RegExp]>([
    ['quota', /ok/],
    ['hook', /"ok":true/],
    ['compact', /<summary>.+<\/summary>/],
    ['suggestion', /^$/],
    ['agent_summary', /script/],
  ])('%s', (kind, expected) => {
    expect(answerSideRequest(kind, title)).toMatch(expected);
  });
});
