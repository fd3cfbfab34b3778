import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { connectExecStream } from './index.js';
import { execStack, text, until, type ExecStack } from './fixtures/exec-stack.js';
import { nodeExec, spawnedExec } from './fixtures/spawned-exec.js';

let stack: ExecStack;
beforeEach(async () => {
  stack = await execStack({ lostAfterMs: 400 });
});
afterEach(() => stack.close());

const lost = { code: null, signal: null, reason: 'engine_lost' };

/** A cable between client and server that can be cut, or just go silent. */
async function cable(
  port: number,
): Promise<{ url: (url: string) => string; cut(): void; reset(): void; silence(): void; close(): void }> {
  const ends: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    ends.push(near, far);
    for (const end of [near, far]) end.on('error', () => undefined);
    near.pipe(far);
    far.pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = typeof address === 'object' && address ? address.port : 0;
  return {
    url: (url) => url.replace(`:${port}/`, `:${own}/`),
    reset: () => ends.forEach((end) => end.resetAndDestroy()),
    cut: () => ends.forEach((end) => end.destroy()),
    silence: () => ends.forEach((end) => end.unpipe().pause()),
    close: () => {
      ends.forEach((end) => end.destroy());
      server.close();
    },
  };
}

describe('the end of the connection', () => {
  it.each(['cut', 'reset', 'silence'] as const)(
    '(%s) is noticed at both ends, and the program is killed',
    async (how) => {
      const line = await cable(stack.server.address.port);
      const exec = spawnedExec('sleep', ['1000']);
      const ticket = stack.server.issue(exec, () => undefined);
      const remote = await connectExecStream({
        ...ticket,
        url: line.url(ticket.url),
        timeoutMs: 5_000,
        lostAfterMs: 400,
      });
      const before = performance.now();
      line[how]();
      expect(await remote.exited).toEqual(lost);
      expect((await exec.gone).signal).toBe('SIGKILL');
      expect(performance.now() - before).toBeLessThan(2_000);
      expect(exec.kills).toBe(1);
      // Everything ends, nothing throws.
      expect(await text(remote.stdout)).toBe('');
      expect(await text(remote.stderr)).toBe('');
      expect(remote.stdin.destroyed).toBe(true);
      await remote.kill();
      await expect(remote.resize(80, 24)).rejects.toMatchObject({ code: 'executor.unavailable' });
      line.close();
      await stack.close();
      expect(stack.errors).toEqual([]);
    },
  );

  it('is not mistaken for a busy one: output without a pause for much longer than the limit', async () => {
    const remote = await stack.open(
      nodeExec(
        `const end = Date.now() + 1500; const fill = () => Date.now() < end && process.stdout.write(Buffer.alloc(65536), fill); fill()`,
      ),
      { lostAfterMs: 400 },
    );
    remote.stdout.resume();
    expect(await remote.exited).toEqual({ code: 0, signal: null, reason: null });
  });

  it('does not come from silence of the program: pings keep it', async () => {
    const remote = await stack.open(spawnedExec('sleep', ['1.5']), { lostAfterMs: 400 });
    expect(await remote.exited).toEqual({ code: 0, signal: null, reason: null });
  });

  it('comes with the death of the client, even of kill -9', async () => {
    const exec = spawnedExec('sleep', ['1000']);
    const ticket = stack.server.issue(exec, () => undefined);
    const client = await remoteClient(ticket);
    client.kill('SIGKILL');
    expect((await exec.gone).signal).toBe('SIGKILL');
    expect(exec.kills).toBe(1);
  });

  it('comes with a client that is frozen', async () => {
    const exec = spawnedExec('sleep', ['1000']);
    const client = await remoteClient(stack.server.issue(exec, () => undefined));
    client.kill('SIGSTOP');
    expect((await exec.gone).signal).toBe('SIGKILL');
    client.kill('SIGKILL');
  });

  it('comes with the close of the server, which waits for the end of the program', async () => {
    const exec = spawnedExec('sleep', ['1000']);
    const remote = await stack.open(exec);
    let unused = 0;
    stack.server.issue(exec, () => (unused += 1));
    await stack.server.close();
    expect(exec.child?.signalCode).toBe('SIGKILL');
    expect(await remote.exited).toEqual(lost);
    expect(unused).toBe(1);
  });

  it('while the program is starting kills it as soon as it has started', async () => {
    const exec = spawnedExec('sleep', ['1000']);
    let goOn: () => void = () => undefined;
    let asked: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (asked = resolve));
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const giveUp = new AbortController();
    const opening = stack.open(
      {
        start: async (carry) => {
          asked();
          await gate;
          return exec.start(carry);
        },
      },
      { signal: giveUp.signal },
    );
    await begun;
    giveUp.abort(new Error('changed my mind'));
    await expect(opening).rejects.toThrow('changed my mind');
    goOn();
    expect((await exec.gone).signal).toBe('SIGKILL');
    expect(stack.unused).toBe(0);
  });

  it('is reported when the kill fails, and the close of the server does not hang on it', async () => {
    const exec = spawnedExec('sleep', ['1000']);
    const remote = await stack.open({
      start: async (carry) => ({
        ...(await exec.start(carry)),
        kill: () => {
          exec.child?.kill('SIGKILL');
          return Promise.reject(new Error('the engine is away'));
        },
      }),
    });
    await expect(remote.kill()).rejects.toMatchObject({ code: 'internal' });
    await remote.exited;
    await until(() => stack.errors.length > 0, 'the failure is reported');
  });
});

describe('a signal', () => {
  it('kills the program', async () => {
    const giveUp = new AbortController();
    const remote = await stack.open(spawnedExec('sleep', ['1000']), { signal: giveUp.signal });
    giveUp.abort();
    expect((await remote.exited).signal).toBe('SIGKILL');
  });

  it('given before, starts nothing', async () => {
    const exec = spawnedExec('sleep', ['1000']);
    const reason = new Error('no longer wanted');
    await expect(stack.open(exec, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(exec.starts).toBe(0);
  });
});

/** A client in a process of its own, connected. Speaks HTTP/2 by hand, so that nothing has to be built first. */
async function remoteClient({ url, token }: { url: string; token: string }): Promise<ReturnType<typeof spawn>> {
  const client = spawn(process.execPath, [
    '-e',
    `const http = require('http'), http2 = require('http2');
     const request = http.request(process.argv[1], { headers: { connection: 'Upgrade', upgrade: 'aicode-exec', authorization: 'Bearer ' + process.argv[2] } });
     request.on('upgrade', (response, socket, head) => {
       socket.unshift(head);
       const session = http2.connect('http://exec', { createConnection: () => socket });
       session.request({ ':method': 'POST', ':path': '/process' }).on('response', () => console.log('started'));
     });
     request.end();`,
    url,
    token,
  ]);
  await once(client.stdout, 'data');
  return client;
}
