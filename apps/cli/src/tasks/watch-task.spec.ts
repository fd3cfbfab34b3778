import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';

import { createApiClient, type LogStreamItem } from '@aicode/api-client';
import type { Task } from '@aicode/contracts';
import { afterEach, describe, expect, it } from '@jest/globals';

import { plainTerminal, aTask, anEntry, taskId } from '../fixtures/log-items.js';
import { readablePrinter } from './log-printer.js';
import { watchTask, type WatchOptions } from './watch-task.js';

const frame = (event: string, data: unknown, id = '') =>
  `${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const line = (seq: number) => frame('log', anEntry(seq), `${seq}.1`);

type Serve = (response: ServerResponse, request: IncomingMessage, streams: number) => void;

let stop: () => Promise<void> = () => Promise.resolve();
afterEach(() => stop());

/** Watches the task at a server that speaks as the test says. */
async function watch(serve: Serve, options: Partial<WatchOptions> = {}) {
  let streams = 0;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url?.endsWith('/logs')) streams += 1;
    serve(response, request, streams);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const address = server.address();
  const client = createApiClient({
    baseUrl: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
  });
  let shown = '';
  let wake: () => void = () => undefined;
  const add = (text: string): void => {
    shown += text;
    wake();
  };
  const until = async (text: string): Promise<void> => {
    while (!shown.includes(text)) await new Promise<void>((resolve) => (wake = resolve));
  };
  const output = {
    out: (text: string) => Promise.resolve(add(text)),
    note: (text: string) => add(`${text}\n`),
    terminal: plainTerminal,
  };
  const closed = new AbortController();
  const done = watchTask({
    client,
    taskId,
    printer: readablePrinter(output, { maxLines: 5 }),
    note: output.note,
    mayCancel: true,
    serverFlag: '',
    closed: closed.signal,
    ...options,
  });
  return { done, until, shown: () => shown, asked, closed };
}

function stream(response: ServerResponse, text: string, how: 'hold' | 'close' = 'hold') {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write(text);
  if (how === 'close') response.end();
}
const ctrlC = () => process.emit('SIGINT');
const ended = (state: Task['state']) => frame('end', aTask({ state }));
const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));

describe('watchTask', () => {
  it.each([
    ['succeeded', 0],
    ['failed', 1],
    ['timed_out', 124],
    ['cancelled', 130],
  ] as const)('ends with a task that %s as %d', async (state, exitCode) => {
    const { done } = await watch((response) => stream(response, line(1) + ended(state), 'close'));
    expect(await done).toMatchObject({ exitCode, task: { state } });
  });

  it('shows what comes, and tells of a lost connection', async () => {
    const { done, shown } = await watch((response, _request, streams) => {
      if (streams === 1) {
        stream(response, frame('status', aTask()) + line(1));
        setImmediate(() => response.socket?.destroy());
      } else stream(response, line(2) + ended('succeeded'), 'close');
    });
    await done;
    expect(shown()).toMatch(/● Running: .*\n/);
    expect(shown()).toContain('line 1\n');
    expect(shown()).toContain('Connected again.\nline 2\n');
    expect(shown()).toContain(`✔ Done\n${taskId}`);
  });

  it('leaves the task alone after one Ctrl-C, and says how to come back', async () => {
    const { done, until, shown, asked } = await watch((response) => stream(response, line(1) + line(2)), {
      secondPressMs: 10,
      serverFlag: ' --server http://x',
    });
    await until('line 2');
    ctrlC();
    expect(await done).toEqual({ exitCode: 130, task: null });
    expect(shown()).toContain(`aicli logs stream ${taskId} --from 3 --server http://x`);
    expect(shown()).toContain(`aicli task cancel ${taskId}`);
    expect(asked).toHaveLength(1);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  it('leaves at once where a second Ctrl-C would mean nothing', async () => {
    const { done, until, shown } = await watch((response) => stream(response, line(1)), {
      mayCancel: false,
      after: '0',
    });
    await until('line 1');
    ctrlC();
    expect((await done).exitCode).toBe(130);
    expect(shown()).not.toContain('again within');
  });

  it('cancels the task by a second Ctrl-C and shows its end', async () => {
    let open: ServerResponse | undefined;
    const { done, until, shown, asked } = await watch((response, request) => {
      if (request.method === 'DELETE') {
        json(response, 202, aTask({ cancel_requested: true }));
        open?.end(line(2) + ended('cancelled'));
      } else {
        open = response;
        stream(response, line(1));
      }
    });
    await until('line 1');
    ctrlC();
    ctrlC();
    expect(await done).toMatchObject({ exitCode: 130, task: { state: 'cancelled' } });
    expect(asked[1]).toBe(`DELETE /api/v1/tasks/${taskId}`);
    expect(shown()).toContain('Cancelling …\nline 2\n');
  });

  it('does not wait for the cancellation after a third Ctrl-C', async () => {
    const { done, until } = await watch((response, request) => {
      if (request.method === 'GET') stream(response, line(1));
    });
    await until('line 1');
    ctrlC();
    ctrlC();
    ctrlC();
    expect(await done).toEqual({ exitCode: 130, task: null });
  });

  it.each([
    ['task.not_cancellable', 409, true],
    ['auth.forbidden', 403, false],
  ])('takes %s as the answer to a cancellation', async (code, status, goesOn) => {
    let open: ServerResponse | undefined;
    const { done, until } = await watch((response, request) => {
      if (request.method === 'DELETE') {
        json(response, status, { detail: 'no', code, request_id: 'r' });
        open?.end(ended('succeeded'));
      } else {
        open = response;
        stream(response, line(1));
      }
    });
    await until('line 1');
    ctrlC();
    ctrlC();
    if (goesOn) expect(await done).toMatchObject({ exitCode: 0 });
    else await expect(done.then((result) => result.exitCode)).rejects.toMatchObject({ code });
  });

  it('stops when nobody reads any more', async () => {
    const { done, until, closed } = await watch((response) => stream(response, line(1)));
    await until('line 1');
    closed.abort();
    expect(await done).toEqual({ exitCode: 0, task: null });
  });

  it('says what the server refuses', async () => {
    const { done } = await watch((response) =>
      json(response, 404, { detail: 'no such task', code: 'task.not_found', request_id: 'r' }),
    );
    await expect(done).rejects.toMatchObject({ code: 'task.not_found' });
  });
});

describe('readablePrinter', () => {
  it('says each state once, sets paragraphs apart by one line, and tells of lines that were lost', async () => {
    let shown = '';
    const printer = readablePrinter(
      {
        out: (text) => Promise.resolve(void (shown += text)),
        note: (text) => (shown += `# ${text}\n`),
        terminal: plainTerminal,
      },
      { maxLines: 5 },
    );
    const say = (text: string) => ({
      ...anEntry(1),
      source: 'claude' as const,
      data: { type: 'assistant', message: { content: text } },
    });
    const items: LogStreamItem[] = [
      { type: 'status', task: aTask() },
      { type: 'status', task: aTask({ version: 2 }) },
      { type: 'log', entry: say('one') },
      { type: 'log', entry: say('two') },
      { type: 'log', entry: { ...anEntry(3), source: 'claude', data: { type: 'keep_alive' } } },
      { type: 'reset', from: 1 },
      { type: 'log', entry: { ...anEntry(2), source: 'end', data: { outcome: 'failed', reason: 'bad luck' } } },
      {
        type: 'end',
        task: aTask({
          state: 'failed',
          reason: 'bad luck',
          started_at: '2026-01-01T00:00:00.000Z',
          ended_at: '2026-01-01T00:00:12.000Z',
          usage: { input_tokens: 1, output_tokens: 2, cache_read_tokens: 3, cache_write_tokens: 4, cost_usd: 0.5 },
        }),
      },
    ];
    for (const item of items) await printer.show(item);
    expect(shown.split('\n')).toEqual([
      '# ● Running: Claude Code works on it.',
      'one',
      '',
      'two',
      '',
      '# ◆ Lines after 1 were lost by the platform; what follows is right.',
      '✖ Failed: bad luck',
      `# ${taskId} · 12 s · 10 tokens · $0.5000`,
      `Try again: aicli task retry ${taskId}`,
      '',
    ]);
  });

  const printed = async (after: number, items: LogStreamItem[]): Promise<string> => {
    let shown = '';
    const add = (text: string): void => void (shown += text);
    const output = { out: (text: string) => Promise.resolve(add(text)), note: add, terminal: plainTerminal };
    const printer = readablePrinter(output, { after });
    for (const item of items) await printer.show(item);
    return shown;
  };

  it.each<[number, LogStreamItem[], string]>([
    [9998, [{ type: 'reset', from: 7 }], '◆ The log has only 7 lines so far.'],
    [5, [{ type: 'reset', from: 1 }], '◆ The log has only 1 line so far.'],
    [0, [{ type: 'reset', from: 0 }], 'were lost'],
    [
      5,
      [
        { type: 'log', entry: anEntry(6) },
        { type: 'reset', from: 4 },
      ],
      'Lines after 4 were lost',
    ],
  ])('tells lines that are not there yet from lost ones (begun after %d)', async (after, items, words) => {
    expect(await printed(after, items)).toContain(words);
  });

  it('shows once what the model said and failed with', async () => {
    const claude = (data: object): LogStreamItem => ({
      type: 'log',
      entry: { ...anEntry(1), source: 'claude', data: { ...data } },
    });
    const shown = await printed(0, [
      claude({ type: 'assistant', message: { content: 'API Error: no credit' } }),
      claude({ type: 'result', is_error: true, result: 'API Error: no credit', num_turns: 1 }),
    ]);
    expect(shown).toBe('API Error: no credit\n\n· 1 turn\n');
  });
});
