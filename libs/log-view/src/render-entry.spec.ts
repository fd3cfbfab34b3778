import { readFileSync } from 'node:fs';

import type { LogEntry } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { assistant, entry, of, user } from './fixtures/cli-messages.js';
import type { LogBlock } from './log-block.js';
import { renderEntry } from './render-entry.js';

const notice = (level: string, text: string) => [{ kind: 'notice', level, text }];

/** What the real CLI said in two runs against the demo model. */
function recorded(name: string): LogBlock[] {
  const text = readFileSync(new URL(`./fixtures/${name}.ndjson`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .flatMap((line) => of(JSON.parse(line)));
}

describe('renderEntry of what the real CLI said', () => {
  it('reads as a conversation with a change', () => {
    const blocks = recorded('fix-greeting');
    expect(blocks.map(({ kind }) => kind)).toEqual([
      'start',
      'thinking',
      'text',
      'tool_call',
      'tool_result',
      'text',
      'edit',
      'edited',
      'text',
      'tool_call',
      'tool_result',
      'text',
      'result',
    ]);
    expect(blocks[3]).toMatchObject({ tool: 'Read', subject: 'greet.js', code: null });
    expect(blocks[6]).toMatchObject({
      path: 'greet.js',
      hunks: [
        {
          old_start: null,
          lines: [
            { kind: 'remove', text: 'Helo,' },
            { kind: 'add', text: 'Hello,' },
          ],
        },
      ],
    });
    expect(blocks[7]).toMatchObject({
      path: 'greet.js',
      created: false,
      added: 1,
      removed: 1,
      hunks: [{ old_start: 1, new_start: 1 }],
    });
    expect(blocks[9]).toMatchObject({ tool: 'Bash', code: 'node check.js' });
    expect(blocks[12]).toMatchObject({ kind: 'result', failed: false, turns: 4 });
  });

  it('reads as a file that is made', () => {
    const edited = recorded('write-file').find(({ kind }) => kind === 'edited');
    expect(edited).toMatchObject({ path: 'DEMO.md', created: true, added: 8, removed: 0, hunks: [{ new_start: 1 }] });
  });
});

describe('renderEntry of the CLI', () => {
  it.each<[string, LogBlock[], unknown[]]>([
    [
      'a start without details',
      of({ type: 'system', subtype: 'init', cwd: '/workspace' }),
      [{ kind: 'start', model: null, version: null, directory: null }],
    ],
    ['empty words', assistant({ type: 'text', text: ' ' }), []],
    ['plain content', of({ type: 'assistant', message: { content: 'hi' } }), [{ kind: 'text', text: 'hi', by: null }]],
    ['no content', of({ type: 'assistant' }), []],
    [
      'thinking that is kept',
      assistant({ type: 'redacted_thinking', data: 'x' }),
      [{ kind: 'thinking', text: '', by: null }],
    ],
    [
      'a helper of the model',
      assistant({ type: 'text', text: 'found' }, { parent_tool_use_id: 't1', subagent_type: 'Explore' }),
      [{ kind: 'text', text: 'found', by: { id: 't1', name: 'Explore' } }],
    ],
    [
      'an unknown block',
      assistant({ type: 'odd', a: 1 }),
      [{ kind: 'other', title: 'odd', json: '{"type":"odd","a":1}' }],
    ],
    ['words to the model', user({ type: 'text', text: 'go on' }), [{ kind: 'prompt', text: 'go on' }]],
    ['no words to the model', user({ type: 'text', text: '' }), []],
    ['an unknown block to the model', user({ type: 'odd' }), [{ kind: 'other', title: 'odd', json: '{"type":"odd"}' }]],
    [
      'an unknown message',
      of({ type: 'brand_new', subtype: 'thing' }),
      [{ kind: 'other', title: 'brand_new thing', json: '{"type":"brand_new","subtype":"thing"}' }],
    ],
    ['a message without a type', of({}), [{ kind: 'other', title: 'message', json: '{}' }]],
    ['a partial message', of({ type: 'stream_event' }), []],
    [
      'a result that failed',
      of({ type: 'result', subtype: 'error_max_turns', errors: ['too many', 'turns'] }),
      [{ kind: 'result', failed: true, text: 'too many\nturns', turns: null, duration_ms: null, cost_usd: null }],
    ],
    [
      'a result that failed without words',
      of({ type: 'result', subtype: 'success', is_error: true }),
      [{ kind: 'result', failed: true, text: 'Ended with success.', turns: null, duration_ms: null, cost_usd: null }],
    ],
    [
      'a result without words',
      of({ type: 'result' }),
      [{ kind: 'result', failed: false, text: '', turns: null, duration_ms: null, cost_usd: null }],
    ],
  ])('reads %s', (_what, blocks, expected) => {
    expect(blocks).toEqual(expected);
  });

  it.each<[string, object, unknown[]]>([
    [
      'a retry',
      { subtype: 'api_retry', attempt: 1, max_retries: 3, retry_delay_ms: 2100, error_status: 529 },
      notice('warn', 'The model answered 529; Claude Code tries again in 2 s (1 of 3).'),
    ],
    [
      'a retry without an answer',
      { subtype: 'api_retry', error_status: null },
      notice('warn', 'The model did not answer; Claude Code tries again (1 of 1).'),
    ],
    [
      'a summary',
      { subtype: 'compact_boundary', compact_metadata: { pre_tokens: 9 } },
      notice('info', 'The conversation was summarised to make room (it had 9 tokens).'),
    ],
    [
      'a summary without numbers',
      { subtype: 'compact_boundary' },
      notice('info', 'The conversation was summarised to make room.'),
    ],
    [
      'a tool that was refused',
      { subtype: 'permission_denied', tool_name: 'Bash', message: 'no' },
      notice('warn', 'Bash was not allowed: no'),
    ],
    [
      'a tool that was refused without words',
      { subtype: 'permission_denied' },
      notice('warn', 'A tool was not allowed: the policy forbids it'),
    ],
    [
      'work in the background',
      { subtype: 'task_started', description: 'tests', is_backgrounded: true },
      notice('info', 'In the background: tests'),
    ],
    ['a long command', { subtype: 'task_started', description: 'tests', is_backgrounded: false }, []],
    [
      'its end that was not good',
      { subtype: 'task_notification', status: 'stopped' },
      notice('debug', 'Ended (stopped): a task'),
    ],
    [
      'its end',
      { subtype: 'task_notification', status: 'completed', summary: 'all green' },
      notice('debug', 'Finished: all green'),
    ],
    ['a notification', { subtype: 'notification', text: 'look' }, notice('info', 'look')],
    ['an empty notification', { subtype: 'notification' }, []],
    ['a status', { subtype: 'status', status: 'requesting' }, []],
    ['a refusal', { subtype: 'model_refusal_no_fallback' }, notice('warn', 'The model refused the request.')],
    ['bookkeeping', { subtype: 'thinking_tokens' }, []],
    ['something new', { subtype: 'brand_new' }, notice('debug', 'Claude Code: brand_new')],
    ['nothing', {}, notice('debug', 'Claude Code: system')],
  ])('reads %s of the system', (_what, message, expected) => {
    expect(of({ type: 'system', ...message })).toEqual(expected);
  });

  it.each<[string, object, unknown[]]>([
    ['allowed', { status: 'allowed' }, []],
    [
      'near',
      { status: 'allowed_warning', utilization: 0.93, resetsAt: 1_767_225_600 },
      notice('warn', "The model's usage limit is near (93 %); it is lifted at 2026-01-01 00:00 UTC."),
    ],
    ['reached', { status: 'rejected' }, notice('error', "The model's usage limit is reached.")],
    [
      'reached till a time that is none',
      { status: 'rejected', resetsAt: 1e300 },
      notice('error', "The model's usage limit is reached; it is lifted at an unknown time."),
    ],
  ])('reads a rate limit that is %s', (_what, info, expected) => {
    expect(of({ type: 'rate_limit_event', rate_limit_info: info })).toEqual(expected);
  });
});

describe('renderEntry of others', () => {
  it.each<[string, Partial<LogEntry>, unknown]>([
    ['output', { source: 'output', message: '1%\r2%' }, { kind: 'output', lines: [[{ text: '2%' }]] }],
    [
      'a message that was not kept',
      { source: 'claude', message: 'words' },
      { kind: 'output', lines: [[{ text: 'words' }]] },
    ],
    [
      'the platform',
      { source: 'platform', level: 'warn', message: 'again\u0007' },
      { kind: 'platform', level: 'warn', text: 'again␇' },
    ],
    [
      'a good end',
      { source: 'end', attempt: 2, data: { outcome: 'succeeded', reason: null } },
      { kind: 'end', attempt: 2, outcome: 'succeeded', text: '' },
    ],
    [
      'a bad end',
      { source: 'end', data: { outcome: 'timed_out', reason: 'too long' } },
      { kind: 'end', attempt: 1, outcome: 'timed_out', text: 'too long' },
    ],
    [
      'an end that nobody knows',
      { source: 'end', message: 'gone', data: { outcome: 'odd' } },
      { kind: 'end', attempt: 1, outcome: 'failed', text: 'gone' },
    ],
  ])('reads %s', (_what, changes, expected) => {
    expect(renderEntry(entry(changes))).toEqual([expected]);
  });
});
