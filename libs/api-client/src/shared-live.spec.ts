import type { Envelope } from '@aicode/contracts';
import { afterEach, describe, expect, it } from '@jest/globals';

import { anEntry, aTask, taskId, workspaceId } from './fixtures/http-server.js';
import { frame, LiveServer } from './fixtures/live-server.js';
import { createApiClient, type ConnectionOptions, type LiveHub, type LogListener } from './index.js';

let server: LiveServer;
let hub: LiveHub;
afterEach(async () => {
  hub.close();
  await server.io.close();
});

/** A hub at a server, what it tells, and a wait for it. */
async function share(setUp: (server: LiveServer) => void = () => undefined, options: Partial<ConnectionOptions> = {}) {
  server = new LiveServer();
  setUp(server);
  await server.start();
  const told: string[] = [];
  const waiting = new Set<() => void>();
  const tell = (what: string) => {
    told.push(what);
    for (const check of waiting) check();
  };
  const until = (what: string, times = 1) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (told.filter((other) => other === what).length < times) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  hub = createApiClient({ baseUrl: server.url, ...options }).shareLive();
  hub.onStatus(({ state }) => tell(state));
  const log: LogListener = {
    onLog: ({ seq }) => tell(`log ${seq}`),
    onReset: (from) => tell(`reset ${from}`),
    onTask: ({ state }, end) => tell(`task ${state}${end ? ' end' : ''}`),
    onProblem: ({ code }) => tell(`problem ${code}`),
  };
  const hear = (name: string) => (envelope: Envelope) => tell(`${name} ${envelope.type}`);
  return { told, until, log, hear };
}

/** Gives lines from the place that was asked for, three more with each subscription. */
function sendsLines(server: LiveServer): void {
  server.answer = ({ command, after }, socket) => {
    if (command !== 'subscribe') return { ok: true };
    const from = Number((after ?? '0').split('.')[0]);
    for (const seq of [from + 1, from + 2, from + 3]) frame(socket, 'log', anEntry(seq), seq);
    return { ok: true };
  };
}

describe('shareLive', () => {
  it('hears many namespaces over one connection', async () => {
    const { until, hear } = await share((server) => {
      server.greet = (socket) => frame(socket, 'status', aTask());
    });
    hub.listen('/ws/platform', hear('a'));
    hub.listen(`/ws/${workspaceId}`, hear('b'));
    hub.listen('/ws/platform', hear('c'));
    await Promise.all([until('a status'), until('b status'), until('c status')]);
    expect(hub.status.state).toBe('online');
    expect(server.joined.sort()).toEqual(['/ws/platform', `/ws/${workspaceId}`].sort());
    expect(server.io.engine.clientsCount).toBe(1);
  });

  it('follows a log to its end, and tells what is set back', async () => {
    const { told, until, log } = await share((server) => {
      server.answer = ({ command }, socket) => {
        if (command !== 'subscribe') return { ok: true };
        for (const seq of [1, 2, 2]) frame(socket, 'log', anEntry(seq), seq);
        frame(socket, 'error', { code: 'log.cursor_invalid', message: 'back', reset_from: 1 }, 1);
        frame(socket, 'log', anEntry(2, 2), 2);
        frame(socket, 'status', aTask({ state: 'succeeded' }), 2);
        return { ok: true };
      };
    });
    hub.follow({ workspaceId, taskId }, log);
    await until('task succeeded end');
    expect(told).toEqual(['connecting', 'online', 'log 1', 'log 2', 'reset 1', 'log 2', 'task succeeded end']);
  });

  it('takes a log up where it was when the connection breaks', async () => {
    const { told, until, log } = await share(sendsLines);
    hub.follow({ workspaceId, taskId, after: '4' }, log);
    await until('log 7');
    server.breakConnections();
    await until('reconnecting');
    hub.wake();
    await until('log 10');
    expect(told.filter((what) => what.startsWith('log'))).toEqual([5, 6, 7, 8, 9, 10].map((seq) => `log ${seq}`));
    expect(server.commands).toEqual(['subscribe 4', 'subscribe 7.1']);
    expect(hub.status.state).toBe('online');
  });

  it('comes back by itself, with a renewed sign-in, when the server sends it away or refuses it', async () => {
    const asked: boolean[] = [];
    const { until, log } = await share(
      (server) => {
        sendsLines(server);
        server.refuse = () => (asked.includes(true) ? null : { code: 'auth.token_invalid', message: 'old' });
      },
      { cookies: (refused) => (asked.push(refused), Promise.resolve(true)) },
    );
    hub.follow({ workspaceId, taskId }, log);
    await until('log 3');
    expect(asked).toEqual([false, true]);
    server.sockets.at(-1)?.disconnect();
    await until('log 6');
    expect(asked).toEqual([false, true, false]);
  });

  it('waits for a sign-in, and is woken by it', async () => {
    let signedIn = false;
    const { told, until, hear } = await share(undefined, { cookies: () => Promise.resolve(signedIn) });
    hub.listen('/ws/platform', hear('a'));
    await until('signed-out');
    signedIn = true;
    hub.wake();
    await until('online');
    expect(told).toEqual(['connecting', 'signed-out', 'connecting', 'online']);
  });

  it.each<[string, (server: LiveServer) => void]>([
    ['workspace.not_found', (server) => (server.refuse = () => ({ code: 'workspace.not_found', message: 'none' }))],
    ['task.not_found', (server) => (server.answer = () => ({ ok: false, code: 'task.not_found', message: 'none' }))],
  ])('says what the server refuses to show: %s', async (code, setUp) => {
    const { until, log } = await share(setUp);
    hub.follow({ workspaceId, taskId }, log);
    await until(`problem ${code}`);
  });

  it('leaves a namespace, and the connection, when nobody listens any more', async () => {
    const { until, hear, log } = await share(sendsLines);
    const leave = hub.listen('/ws/platform', hear('a'));
    const unfollow = hub.follow({ workspaceId, taskId }, log);
    await until('log 3');
    unfollow();
    leave();
    leave();
    await until('idle');
    hub.listen('/ws/platform', hear('b'));
    await until('online', 2);
  });

  it('keeps trying a server that is not there', async () => {
    const { until, hear } = await share();
    await server.io.close();
    hub.listen('/ws/platform', hear('a'));
    await until('reconnecting');
    expect(hub.status.state).toBe('reconnecting');
  });
});
