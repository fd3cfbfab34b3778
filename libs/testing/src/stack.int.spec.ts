import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import { sessionWith, signIn } from './http.js';
import { descendantsOf, processesOn, stillAlive } from './left-behind.js';
import { startRedis } from './redis.js';
import { startStack } from './stack.js';
import { tempDir } from './temp-dir.js';

// These tests need the build of apps/standalone, as everything that uses the stack.

describe('the stack', () => {
  it('is a real platform with a scripted model, gone without a trace after stop()', async () => {
    const stack = await startStack({ services: ['auth', 'gateway'] });
    const session = await signIn(stack.url, stack.admin);
    expect(await session.call('GET', '/auth/me')).toMatchObject({ status: 200, body: { username: 'admin' } });
    expect(stack.redisUrl).toMatch(/^unix:\/\/:\w+@.*redis\.sock$/);
    expect((await fetch(`${stack.model.url}/v1/models`)).status).toBe(200);
    const { home } = stack;
    await stack.stop();
    expect(processesOn(home)).toEqual([]);
    expect(existsSync(home)).toBe(false);
  });

  it('comes back on the same port with what it knew, after a stop and after a kill -9', async () => {
    const stack = await startStack({ services: ['auth', 'gateway'] });
    const session = await signIn(stack.url, stack.admin);
    const { url, process: first } = stack;
    await stack.restart();
    expect(stack.process.pid).not.toBe(first.pid);
    expect(await first.exited).toEqual({ code: 0, signal: null });
    await stack.process.kill('SIGKILL');
    await stack.restart();
    expect(stack.url).toBe(url);
    expect((await session.call('GET', '/auth/me')).status).toBe(200);
    await stack.stop();
  });

  it('cleans up after a platform that was killed and not restarted', async () => {
    const stack = await startStack({ services: ['docker-manager'] });
    expect(stack.url).toBe('');
    expect(() => stack.admin).toThrow('auth does not run');
    await stack.process.kill('SIGKILL');
    expect(processesOn(stack.home)).toHaveLength(1);
    await stack.stop();
    expect(processesOn(stack.home)).toEqual([]);
  });

  it('keeps a home and a Redis that it was given', async () => {
    const home = await tempDir('given');
    const redis = await startRedis();
    const stack = await startStack({
      services: ['docker-manager'],
      home: home.path,
      redisUrl: redis.url,
      demoModel: true,
    });
    expect(stack.redisUrl).toBe(redis.url);
    expect(JSON.parse(readFileSync(join(home.path, 'run/platform.json'), 'utf8'))).toMatchObject({ demo_model: true });
    await stack.stop();
    expect(existsSync(join(home.path, 'secrets/bus.key'))).toBe(true);
    await redis.stop();
    await home.remove();
  });

  it('fails with what the platform said', async () => {
    await expect(startStack({ env: { AICLI_SERVER_PROT: '1' } })).rejects.toThrow(
      /ended before it was ready \(exit 2\)[^]*AICLI_SERVER_PROT is not a key/,
    );
  });

  it('does not hide a process that was left behind', async () => {
    const stack = await startStack({ services: ['docker-manager'] });
    const stray = spawn('sleep', ['1000'], { cwd: stack.home, stdio: 'ignore' });
    const ended = once(stray, 'exit');
    await expect(stack.stop()).rejects.toThrow(`left behind:\n  ${stray.pid} sleep 1000`);
    await ended;
    expect(stray.signalCode).toBe('SIGKILL');
  });

  it('does not hide a platform that did not end cleanly', async () => {
    const stack = await startStack({ services: ['docker-manager'] });
    const ended = stack.process.exited;
    const stopping = stack.stop();
    // A second signal makes it an urgent stop, which is not exit 0.
    process.kill(stack.process.pid, 'SIGINT');
    await expect(stopping).rejects.toThrow('not 0');
    expect((await ended).code).toBe(130);
  });
});

describe('processes that are left', () => {
  it('are found by descent, and waited for', async () => {
    const script = `require('child_process').spawn('sleep', ['1000']).on('spawn', () => console.log('up'))`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(parent.stdout, 'data');
    const [child, ...more] = descendantsOf(parent.pid ?? 0);
    expect([child?.command, more]).toEqual(['sleep 1000', []]);
    const find = () => descendantsOf(process.pid).filter(({ pid }) => pid === parent.pid || pid === child?.pid);
    expect((await stillAlive(find, 0)).map(({ pid }) => pid).sort()).toEqual([parent.pid, child?.pid].sort());
    process.kill(child?.pid ?? 0, 'SIGKILL');
    parent.kill('SIGKILL');
    expect(await stillAlive(find, 5000)).toEqual([]);
  });
});

describe('a session of the API', () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  it('reads JSON, problems, text and nothing, and says why a sign-in failed', async () => {
    server = createServer((request, response) => {
      if (request.url?.endsWith('/login')) {
        return response
          .writeHead(401, { 'content-type': 'application/problem+json' })
          .end('{"code":"auth.invalid_credentials"}');
      }
      if (request.url?.endsWith('/nothing')) return response.writeHead(204).end();
      if (request.url?.endsWith('/text')) return response.writeHead(200, { 'content-type': 'text/plain' }).end('hello');
      return response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          method: request.method,
          token: request.headers.authorization,
          type: request.headers['content-type'],
        }),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    await expect(signIn(url, { username: 'a', password: 'b' })).rejects.toThrow(
      'Sign-in failed with 401: {"code":"auth.invalid_credentials"}',
    );
    const session = sessionWith(url, 'token');
    expect((await session.call('POST', '/echo', { a: 1 })).body).toEqual({
      method: 'POST',
      token: 'Bearer token',
      type: 'application/json',
    });
    expect((await session.call('GET', '/text')).body).toBe('hello');
    expect(await session.call('DELETE', '/nothing')).toMatchObject({ status: 204, body: '' });
  });
});
