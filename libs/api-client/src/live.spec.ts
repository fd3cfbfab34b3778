import { afterEach, describe, expect, it } from '@jest/globals';
import type { Socket } from 'socket.io';

import { createApiClient, type ConnectionOptions, type WorkspaceConnection, type WorkspaceListener } from './index.js';
import { anEntry, aTask, taskId, workspaceId } from './fixtures/http-server.js';
import { frame, LiveServer, time } from './fixtures/live-server.js';

let server: LiveServer;
let live: WorkspaceConnection | undefined;
afterEach(async () => {
  live?.close();
  live = undefined;
  await server.io.close();
});

/** Connects, and gathers what the listener is told; `until` waits for it. */
async function connect(
  setUp: (server: LiveServer) => void = () => undefined,
  options: Partial<ConnectionOptions> = {},
) {
  server = new LiveServer();
  setUp(server);
  await server.start();
  const told: string[] = [];
  let wake: () => void = () => undefined;
  const tell = (what: string) => (told.push(what), wake());
  const listener: WorkspaceListener = {
    onTask: (task, end) => tell(`task ${task.state}${end ? ' end' : ''}`),
    onLog: (entry) => tell(`log ${entry.seq}`),
    onReset: (_task, from) => tell(`reset ${from}`),
    onProblem: (error) => tell(`problem ${error.code}`),
    onConnection: (state) => tell(state),
  };
  const until = async (what: string) => {
    while (!told.includes(what)) await new Promise<void>((resolve) => (wake = resolve));
  };
  live = await createApiClient({ baseUrl: server.url, ...options }).connectWorkspace(workspaceId, listener);
  return { live, told, until };
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('connectWorkspace', () => {
  it('gives typed frames, in order and without repeats', async () => {
    const { live, told, until } = await connect((server) => {
      server.answer = (command, socket) => {
        if (command.command !== 'subscribe') return { ok: true };
        frame(socket, 'status', aTask());
        for (const seq of [1, 2, 2, 3]) frame(socket, 'log', anEntry(seq), seq);
        socket.emit('frame', { type: 'odd' });
        frame(socket, 'error', { code: 'log.cursor_invalid', message: 'back', reset_from: 2 }, 2);
        frame(socket, 'log', anEntry(3, 2), 3);
        frame(socket, 'status', aTask({ state: 'succeeded' }), 3);
        return { ok: true };
      };
    });
    await live.follow(taskId);
    await until('task succeeded end');
    expect(told).toEqual(['open', 'task running', 'log 1', 'log 2', 'log 3', 'reset 2', 'log 3', 'task succeeded end']);
    await live.cancel(taskId);
    expect(server.commands).toEqual(['subscribe -', 'cancel -']);
  });

  it('says what was refused', async () => {
    const { live } = await connect((server) => {
      server.answer = () => ({ ok: false, code: 'task.not_found', message: 'no such task' });
    });
    expect(await failure(live.follow(taskId))).toMatchObject({ code: 'task.not_found', message: 'no such task' });
    expect(await failure(live.cancel(taskId))).toMatchObject({ code: 'task.not_found' });
  });

  it.each([
    ['breaks', (socket: Socket | undefined) => socket?.conn.close()],
    ['is closed by the server', (socket: Socket | undefined) => socket?.disconnect()],
  ])('comes back when the connection %s, and follows on where it was', async (_how, cut) => {
    const { live, told, until } = await connect((server) => {
      server.answer = (command, socket) => {
        if (command.after) frame(socket, 'log', anEntry(3), 3);
        else {
          frame(socket, 'log', anEntry(1), 1);
          frame(socket, 'log', anEntry(2), 2);
        }
        return { ok: true };
      };
    });
    await live.follow(taskId);
    await until('log 2');
    cut(server.sockets[0]);
    await until('log 3');
    expect(told.filter((what) => what !== 'open')).toEqual(['log 1', 'log 2', 'lost', 'log 3']);
    expect(server.commands).toEqual(['subscribe -', 'subscribe 2.1']);
  });

  it('asks again where lines are missing', async () => {
    const { live, told, until } = await connect((server) => {
      server.answer = (command, socket) => {
        if (command.after) for (const seq of [2, 3]) frame(socket, 'log', anEntry(seq), seq);
        else for (const seq of [1, 3]) frame(socket, 'log', anEntry(seq), seq);
        return { ok: true };
      };
    });
    await live.follow(taskId);
    await until('log 3');
    expect(told).toEqual(['open', 'log 1', 'log 2', 'log 3']);
  });

  it('tells when the server leaves the same line out again and again', async () => {
    const { live, until } = await connect((server) => {
      server.answer = (_command, socket) => (frame(socket, 'log', anEntry(3), 3), { ok: true });
    });
    await live.follow(taskId);
    await until('problem internal');
  });

  it('comes back with a fresh token when the old one has run out', async () => {
    const { until, told } = await connect(
      (server) => {
        server.refuse = (token) => (token === 'old' ? { code: 'auth.token_invalid', message: 'old' } : null);
      },
      { token: (refused) => Promise.resolve(refused === 'old' ? 'new' : 'old') },
    );
    await until('open');
    expect(server.tokens).toEqual(['old', 'new']);
    expect(told).toEqual(['open']);
  });

  it('does not come back when the session has ended', async () => {
    const { told, until } = await connect();
    for (const socket of server.sockets) {
      socket.emit('frame', {
        type: 'error',
        workspace_id: workspaceId,
        task_id: null,
        timestamp: time,
        seq: 0,
        data: { code: 'auth.session_ended', message: 'over' },
      });
      socket.disconnect();
    }
    await until('closed');
    expect(told).toEqual(['open', 'problem auth.session_ended', 'closed']);
  });

  it.each([
    ['workspace.not_found', 'task.not_found', undefined],
    ['auth.required', 'auth.required', undefined],
  ])('says why it is not let in: %s', async (code) => {
    const error = await failure(
      connect((server) => {
        server.refuse = () => ({ code, message: 'no' });
      }),
    );
    expect(error).toMatchObject({ code, message: 'no' });
  });

  it('says that nobody is there', async () => {
    const error = await failure(
      connect((server) => {
        server.start = () => ((server.url = 'http://127.0.0.1:1'), Promise.resolve());
      }),
    );
    expect(error).toMatchObject({ kind: 'refused' });
  });

  it('stops following, and stops', async () => {
    const { live, told, until } = await connect();
    await live.follow(taskId, '4.1');
    await live.unfollow(taskId);
    expect(server.commands).toEqual(['subscribe 4.1', 'unsubscribe -']);
    live.close();
    await until('closed');
    expect(told).toEqual(['open', 'closed']);
  });
});
