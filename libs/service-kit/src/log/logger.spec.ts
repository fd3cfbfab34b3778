import { DomainError } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { runInRequest } from '../rpc/request-context.js';
import { createLogger } from './logger.js';
import { nestLogger } from './nest-logger.js';
import { redactLine, redactText, redactValue } from './redact.js';

const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyXzEifQ.c2lnbmF0dXJl';

function recorded(level: 'debug' | 'info' = 'info') {
  const lines: string[] = [];
  const log = createLogger({ level }, { write: (line: string) => void lines.push(line) });
  const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, lines, parsed };
}

describe('redaction', () => {
  it.each([
    ['an API key', 'key sk-ant-api03-abcdef_123-XYZ here', 'key [redacted] here'],
    ['a bearer token', 'Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
    ['basic credentials', 'basic dXNlcjpwYXNz', 'basic [redacted]'],
    ['a JWT', `token is ${jwt}.`, 'token is [redacted]'],
    [
      'the password of a URL',
      'redis://user:pa55@host:1/0 and unix://:pw@/s',
      'redis://user:[redacted]@host:1/0 and unix://:[redacted]@/s',
    ],
    ['a password in a query', 'http://h/?password=hunter2&x=1', 'http://h/?password=[redacted]&x=1'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----!', '[redacted]!'],
    ['nothing where there is nothing', 'input_tokens 12, https://host/path', 'input_tokens 12, https://host/path'],
  ])('hides %s in a text', (_, text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it('hides the values of telling keys at any depth', () => {
    const value = {
      Authorization: 'x',
      headers: [{ 'set-cookie': ['a', 'b'], 'x-api-key': 1 }],
      access_token: 't',
      sealed: { deep: true },
      usage: { input_tokens: 5 },
      password: null,
      user: 'ada',
    };
    expect(redactValue(value)).toEqual({
      Authorization: '[redacted]',
      headers: [{ 'set-cookie': '[redacted]', 'x-api-key': '[redacted]' }],
      access_token: '[redacted]',
      sealed: '[redacted]',
      usage: { input_tokens: 5 },
      password: null,
      user: 'ada',
    });
  });

  it('works on a line that is not JSON', () => {
    expect(redactLine('oops sk-ant-api03-abcdef\n')).toBe('oops [redacted]\n');
  });
});

describe('the logger', () => {
  it('lets no secret through: not in fields, bindings, errors or texts', () => {
    const { log, lines } = recorded();
    const error = Object.assign(new Error('refused Bearer hidden-hidden'), {
      password: 'hidden',
      config: { apiKey: 'hidden' },
    });
    log
      .child({ token: 'hidden' })
      .error({ err: error, req: { headers: { cookie: 'hidden' } } }, 'sent sk-ant-hidden-1');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('hidden');
    expect(lines[0]?.endsWith('}\n')).toBe(true);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', err: { type: 'Error' } });
  });

  it('tells what an error is and what caused it, and nothing of what a library hangs on it', () => {
    const { log, parsed } = recorded();
    const cause = Object.assign(new Error('refused'), {
      code: 'ECONNREFUSED',
      command: { name: 'auth', args: ['pw-1'] },
    });
    const error = new DomainError('storage.busy', 'Busy.', { retry_after_s: 1 }, { cause });
    log.warn({ err: error, reason: cause }, 'told');
    log.error(cause);
    expect(parsed()).toMatchObject([
      {
        err: {
          type: 'DomainError',
          code: 'storage.busy',
          details: { retry_after_s: 1 },
          cause: { message: 'refused', code: 'ECONNREFUSED' },
        },
        reason: { message: 'refused' },
      },
      { err: { message: 'refused' }, msg: 'refused' },
    ]);
    expect(JSON.stringify(parsed())).not.toContain('pw-1');
  });

  it('names the request that a line belongs to', async () => {
    const { log, parsed } = recorded();
    const actor = { user_id: null, role: 'admin' as const, session_id: null };
    await runInRequest({ requestId: 'req-7', actor }, async () => {
      await Promise.resolve();
      log.info('inside');
    });
    log.info('outside');
    expect(parsed()).toMatchObject([{ request_id: 'req-7', msg: 'inside' }, { msg: 'outside' }]);
    expect(parsed()[1]).not.toHaveProperty('request_id');
  });

  it('takes what Nest says: its chatter for debugging, its troubles as they are', () => {
    const { log, parsed } = recorded('debug');
    const nest = nestLogger(log);
    nest.log('starting', 'NestFactory');
    nest.verbose?.({ a: 1 });
    nest.debug?.('more');
    nest.warn('careful', 'Router');
    nest.error(new Error('broken'), 'stack', 'Zone');
    nest.fatal?.('the end');
    nest.fatal?.(undefined);
    expect(parsed()).toMatchObject([
      { level: 'debug', msg: 'starting', context: 'NestFactory', from: 'nest' },
      { level: 'debug', msg: '{"a":1}' },
      { level: 'debug', msg: 'more' },
      { level: 'warn', msg: 'careful', context: 'Router' },
      { level: 'error', msg: 'broken', context: 'Zone', err: { message: 'broken' } },
      { level: 'fatal', msg: 'the end' },
      { level: 'fatal', msg: '' },
    ]);
  });
});
