import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { detectEngine } from './detect-engine.js';
import { engineProblem } from './engine-problem.js';
import { dockerVersion, serveEngine, serveEngineByTcp } from './fixtures/engine-protocol.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const image = 'aicli/workspace:latest';
const detect = (socket: string, timeout = 2000) => detectEngine({ env: {}, timeout, image, usualSockets: [socket] });

describe('finding the Docker engine', () => {
  it('reports an engine that answers', async () => {
    const engine = await serveEngine();
    try {
      expect(await detect(engine.socket)).toEqual({
        state: 'up',
        version: '28.2.2',
        api_version: '1.50',
        storage_driver: 'overlay2',
        cgroup_version: '2',
        image_problem: null,
        reason: null,
      });
      expect(engine.requests.sort()).toEqual(['GET /images/aicli/workspace:latest/json', 'GET /info', 'GET /version']);
    } finally {
      await engine.close();
    }
  });

  it('says how to get the image where the engine lacks it', async () => {
    const engine = await serveEngine({
      handler: (request, response) => {
        const missing = request.url?.startsWith('/images/') ?? false;
        const answer = missing ? { message: 'no such image' } : { ...dockerVersion, Driver: 'overlay2' };
        response.writeHead(missing ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      },
    });
    try {
      expect(await detect(engine.socket)).toMatchObject({
        state: 'up',
        image_problem:
          'The Docker engine does not have the image aicli/workspace:latest. Get it with: ./tools/workspace-image',
      });
    } finally {
      await engine.close();
    }
  });

  it('reports one behind DOCKER_HOST=tcp://…', async () => {
    const engine = await serveEngineByTcp();
    try {
      const state = await detectEngine({
        env: { DOCKER_HOST: `tcp://127.0.0.1:${engine.port}` },
        timeout: 2000,
        image,
      });
      expect(state).toMatchObject({ state: 'up', version: '28.2.2' });
    } finally {
      engine.close();
    }
  });

  it('says that there is none where no socket is', async () => {
    const state = await detect(join(folder, 'docker.sock'));
    expect(state).toMatchObject({ state: 'missing', version: null });
    expect(state.reason).toBe(
      'No Docker engine was found at its usual socket. Install one (Debian: apt-get install docker.io), or set DOCKER_HOST.',
    );
    expect(state.reason).not.toContain(folder);
  });

  it('says that nothing listens on a dead socket', async () => {
    // As a killed engine leaves it: the file is there, its listener is not.
    const dead = join(folder, 'docker.sock');
    const listen = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', listen, dead]);
    expect(await detect(dead)).toMatchObject({
      state: 'unreachable',
      reason: expect.stringContaining('systemctl start docker'),
    });
  });

  it('gives up on a socket that accepts and says nothing', async () => {
    const path = join(folder, 'docker.sock');
    const open: Socket[] = [];
    const server = createServer((socket) => open.push(socket)).listen(path);
    await once(server, 'listening');
    const started = performance.now();
    const state = await detect(path, 300);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(state).toMatchObject({ state: 'unreachable', reason: expect.stringContaining('does not answer') });
    open.forEach((socket) => socket.destroy());
    server.close();
  });

  it('gives up on an engine that answers drop by drop', async () => {
    const timers: NodeJS.Timeout[] = [];
    const engine = await serveEngine({
      handler: (_, response) => {
        response.writeHead(200);
        timers.push(setInterval(() => response.write(' '), 50));
      },
    });
    const state = await detect(engine.socket, 300);
    timers.forEach((timer) => clearInterval(timer));
    await engine.close();
    expect(state).toMatchObject({ state: 'unreachable', reason: expect.stringContaining('does not answer') });
  });

  it.each([
    ['something else', { version: { hello: 'world' } }, 'is not a Docker engine'],
    [
      'an engine from before 20.10',
      { version: { ...dockerVersion, Version: '19.03.15', ApiVersion: '1.40' } },
      '19.03.15 is too old',
    ],
    [
      'an engine in trouble',
      {
        handler: (_: unknown, response: { writeHead(code: number): { end(text: string): void } }) =>
          response.writeHead(500).end('{"message":"no"}'),
      },
      'HTTP status 500',
    ],
  ])('does not take %s for a usable engine', async (_, answers, reason) => {
    const engine = await serveEngine(answers);
    const state = await detect(engine.socket);
    await engine.close();
    expect(state).toMatchObject({ state: 'unreachable', reason: expect.stringContaining(reason) });
  });

  it('says what is wrong with DOCKER_HOST', async () => {
    const state = await detectEngine({ env: { DOCKER_HOST: 'ssh://root@secret.example' }, timeout: 500, image });
    expect(state).toMatchObject({ state: 'unreachable', reason: expect.stringContaining('DOCKER_HOST must be') });
    expect(state.reason).not.toContain('secret.example');
  });
});

describe('what went wrong with the engine', () => {
  it.each([
    ['EACCES', 'group docker'],
    ['EPERM', 'group docker'],
    ['ENOTDIR', 'was found at'],
    ['EHOSTUNREACH', 'could not be reached (EHOSTUNREACH)'],
    ['ECONNRESET', 'does not answer'],
    ['EWHATEVER', 'could not be asked'],
  ])('%s has a remedy', (code, reason) => {
    const error = Object.assign(new Error('connect /secret/path'), { code });
    const problem = engineProblem(error, 'its usual socket');
    expect(problem.reason).toContain(reason);
    expect(problem.reason).not.toContain('/secret/path');
  });
});
