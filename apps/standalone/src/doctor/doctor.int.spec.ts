import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { DomainError, ServerConfig } from '@aicode/contracts';
import { startRedis } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { checkClaude } from './check-claude.js';
import { checkDiskLimit } from './check-disk-limit.js';
import { checkDisk, judgeDisk } from './check-disk.js';
import { checkDocker } from './check-docker.js';
import { checkGit } from './check-git.js';
import { checkHome } from './check-home.js';
import { checkModel } from './check-model.js';
import { checkNode } from './check-node.js';
import { checkPort } from './check-port.js';
import { checkRedis } from './check-redis.js';
import { checkSandbox } from './check-sandbox.js';
import type { Check } from './check.js';
import { doctor } from './doctor.js';
import { pingRedis } from './ping-redis.js';
import { renderReport } from './report.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/doc-');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every check that is not well must say what to do. */
function expectState(check: Check, state: Check['state'], message: string): void {
  expect(check).toMatchObject({ state, message: expect.stringContaining(message) });
  if (state === 'ok') expect(check.remedy).toBeNull();
  else expect(check.remedy).toMatch(/\w{3}/);
}

describe('the doctor looks at', () => {
  it('the version of Node.js', () => {
    expectState(checkNode(), 'ok', process.versions.node);
    expectState(checkNode('20.19.0'), 'ok', '20.19.0');
    expectState(checkNode('20.18.3'), 'fail', 'older than 20.19');
    expectState(checkNode('18.20.0'), 'fail', '18.20.0');
    expectState(checkNode('24.0.1'), 'ok', '24');
  });

  it('the home and its permissions, without making it', () => {
    const secrets = join(folder, 'secrets');
    expectState(checkHome(folder, secrets), 'ok', 'closed to others');
    expectState(checkHome(join(folder, 'not/yet'), secrets), 'ok', 'will be made');
    mkdirSync(secrets, { mode: 0o755 });
    expectState(checkHome(folder, secrets), 'warn', `${secrets} is open to other users, who can look inside`);
    for (const [mode, can] of [
      [0o777, 'write in it'],
      [0o720, 'write in it'],
      [0o755, 'look inside'],
      [0o711, 'look inside'],
      [0o740, 'look inside'],
    ] as const) {
      chmodSync(folder, mode);
      const check = checkHome(folder, secrets);
      expectState(check, 'warn', `${folder} is open to other users, who can ${can}`);
      expect(check.remedy).toContain(`chmod 700 ${folder}`);
    }
    expectState(
      checkHome('/proc/nothing', '/proc/nothing/secrets'),
      process.getuid?.() === 0 ? 'ok' : 'fail',
      '/proc/nothing',
    );
  });

  it('the Redis server, or the configured Redis', async () => {
    expectState(await checkRedis(undefined, pingRedis), 'ok', 'redis-server');
    expectState(await checkRedis(undefined, pingRedis, '/nowhere'), 'fail', 'No redis-server');
    const redis = await startRedis({ args: ['--requirepass', 'secret'] });
    const url = `redis://:secret@127.0.0.1:${redis.port}`;
    expectState(await checkRedis(url, pingRedis), 'ok', 'answers');
    expectState(await checkRedis(redis.url, pingRedis), 'fail', 'NOAUTH');
    await redis.stop();
    const gone = await checkRedis(url, pingRedis);
    expectState(gone, 'fail', 'ECONNREFUSED');
    expect(gone.message).not.toContain('secret');
  });

  it('the sandbox', () => {
    const missing = {
      ok: false as const,
      reason: 'bubblewrap (bwrap) is not installed.',
      remedy: 'apt-get install bubblewrap',
    };
    const features = { disableUserns: true, size: true };
    expectState(
      checkSandbox({ ok: true, version: '0.8.0', path: '/usr/bin/bwrap', features, setuid: false }, false),
      'ok',
      '0.8.0',
    );
    expectState(checkSandbox(missing, false), 'fail', 'tasks are refused');
    expectState(checkSandbox(missing, true), 'warn', 'without any sandbox');
  });

  it('the Docker engine, which may be missing', () => {
    const engine = {
      version: '28.2.2',
      api_version: '1.50',
      storage_driver: 'overlay2',
      cgroup_version: '2',
      image_problem: null,
      reason: null,
    };
    expectState(checkDocker({ state: 'up', ...engine }), 'ok', 'Docker 28.2.2 answers');
    const missing = checkDocker({ state: 'missing', ...engine, reason: 'No engine was found. Install one.' });
    expectState(missing, 'warn', 'No engine was found. Tasks run in a sandbox');
    expect(missing.remedy).toBe('Install one.');
    expectState(checkDocker({ state: 'unreachable', ...engine }), 'warn', 'Tasks run in a sandbox');
    const imageless = {
      ...engine,
      image_problem: 'The Docker engine does not have the image a/b. Get it with: docker pull a/b',
    };
    expectState(
      checkDocker({ state: 'up', ...imageless }),
      'warn',
      'does not have the image a/b. Tasks run in a sandbox',
    );
  });

  it('the disk limit: hard, soft by choice or for want of something, or unknown', () => {
    expectState(checkDiskLimit({ mechanism: 'loop', reason: 'Good.' }), 'ok', 'A mounted image for each workspace');
    expectState(checkDiskLimit({ mechanism: 'measured', reason: 'The configuration says so.' }), 'ok', 'says so');
    const soft = checkDiskLimit({ mechanism: 'measured', reason: 'Disks are measured. For hard limits: Be root.' });
    expectState(soft, 'warn', 'Disks are measured.');
    expect(soft.remedy).toBe('Be root.');
    expectState(checkDiskLimit({ problem: 'It is broken.' }), 'warn', 'could not be found out');
  });

  it('git and the Claude CLI', async () => {
    expectState(await checkGit(), 'ok', 'git version');
    expectState(await checkGit('/nowhere/git'), 'fail', 'git was not found');
    const cli = join(folder, 'claude');
    writeFileSync(cli, '#!/bin/sh\necho "2.1.332 ${ANTHROPIC_API_KEY}"\n', { mode: 0o755 });
    expectState(await checkClaude(() => cli), 'ok', 'Claude CLI 2.1.332');
    writeFileSync(cli, '#!/bin/sh\nexit 1\n');
    expectState(await checkClaude(() => cli), 'fail', 'does not run');
    const none = (): string => {
      throw new DomainError('executor.unavailable', 'There is no Claude CLI.');
    };
    expectState(await checkClaude(none), 'fail', 'There is no Claude CLI.');
  });

  it('the credential of the model, by name only', () => {
    const { model } = ServerConfig.parse({});
    const key = 'sk-ant-secret';
    for (const name of ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN']) {
      const check = checkModel(model, { [name]: key });
      expectState(check, 'ok', name);
      expect(JSON.stringify(check)).not.toContain(key);
    }
    expectState(checkModel(model, {}), 'warn', 'No credential');
    const file = join(folder, 'key');
    expectState(checkModel({ ...model, api_key_file: file }, {}), 'fail', "can't be read");
    writeFileSync(file, key, { mode: 0o600 });
    expectState(checkModel({ ...model, auth_token_file: file }, {}), 'ok', 'model.auth_token_file');
    chmodSync(file, 0o644);
    expectState(checkModel({ ...model, api_key_file: file }, {}), 'warn', 'open to other users');
  });

  it('the port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    expectState(await checkPort('127.0.0.1', port, null), 'fail', 'taken by another program');
    expectState(await checkPort('127.0.0.1', port, `http://127.0.0.1:${port}`), 'ok', 'of this home listens');
    server.close();
    await once(server, 'close');
    expectState(await checkPort('127.0.0.1', port, null), 'ok', 'is free');
    expectState(await checkPort('127.0.0.1', 0, null), 'ok', 'free port will be taken');
    expectState(await checkPort('192.0.2.1', port, null), 'fail', 'EADDRNOTAVAIL');
  });

  it('the disk', async () => {
    expect((await checkDisk(join(folder, 'not/yet'))).message).toContain('GB are free');
    expectState(judgeDisk(100 * 1024 ** 3), 'ok', '100.0 GB');
    expectState(judgeDisk(2 * 1024 ** 3), 'warn', '2.0 GB');
    expectState(judgeDisk(1024), 'fail', '0.0 GB');
  });
});

describe('the report', () => {
  const well: Check = { name: 'git', state: 'ok', message: 'git 2.', remedy: null };
  const poor: Check = { name: 'docker', state: 'warn', message: 'No Docker.', remedy: 'Install it.' };
  const ill: Check = { name: 'redis', state: 'fail', message: 'No Redis.', remedy: 'Install that.' };

  it('is one line a check, its remedy below, and a verdict', () => {
    expect(renderReport([well, poor, ill])).toBe(
      [
        'ok    git     git 2.',
        'warn  docker  No Docker.',
        '              → Install it.',
        'FAIL  redis   No Redis.',
        '              → Install that.',
        '',
        '1 of 3 checks failed.',
      ].join('\n'),
    );
    expect(renderReport([well, poor])).toContain('The platform can run; 1 to look at.');
    expect(renderReport([well])).toContain('All is well.');
  });

  it('is one JSON document with --json, and counts in the exit code', async () => {
    const said: string[] = [];
    const env = { PATH: process.env['PATH'], AICLI_SERVER_PORT: '0' };
    const code = await doctor({ home: folder, json: true, env, say: (text) => said.push(text) });
    const report = JSON.parse(said.join('')) as { ok: boolean; checks: Check[] };
    expect(report.checks.map((check) => check.name)).toEqual([
      'node',
      'home',
      'config',
      'model',
      'redis',
      'sandbox',
      'docker',
      'git',
      'claude',
      'port',
      'disk',
      'disk limit',
    ]);
    expect(code).toBe(report.ok ? 0 : 1);
    expect(
      await doctor({ home: folder, json: false, env: { ...env, PATH: '/nowhere' }, say: (text) => said.push(text) }),
    ).toBe(1);
    expect(said.at(-1)).toContain('FAIL  redis');
  });
});
