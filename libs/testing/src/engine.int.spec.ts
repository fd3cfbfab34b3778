import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';

import { dockerAt } from './containers.js';
import { startOwnEngine, testEngine, type OwnEngine } from './engine.js';
import { processesOn } from './left-behind.js';

const bridges = () =>
  readdirSync('/sys/class/net')
    .filter((name) => name.startsWith('docker') || name.startsWith('aicodetest'))
    .sort();
const mounts = (folder: string) =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(folder));

async function run(docker: Docker, image: string, command: string[]): Promise<Docker.Container> {
  const container = await docker.createContainer({ Image: image, Cmd: command, HostConfig: { Init: true } });
  await container.start();
  return container;
}

describe('the engine that tests share', () => {
  const host = process.env['AICODE_TEST_DOCKER_HOST'];
  afterEach(() => {
    process.env['AICODE_TEST_DOCKER_HOST'] = host;
  });

  it('is named by the environment, and has the workspace image', async () => {
    const image = await dockerAt(testEngine().host).getImage('aicli/workspace:latest').inspect();
    expect(image.Config.Labels['io.aicode.claude']).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('is asked for by the command that starts it', () => {
    delete process.env['AICODE_TEST_DOCKER_HOST'];
    expect(() => testEngine()).toThrow('./tools/test-engine start');
  });
});

describe('an engine of a test', () => {
  const before = bridges();
  let engine: OwnEngine;
  let docker: Docker;
  let image = '';
  let folder = '';

  beforeAll(async () => {
    engine = await startOwnEngine();
    docker = dockerAt(engine.host);
    folder = dirname(engine.host.replace('unix://', ''));
    image = await engine.tiny();
  });
  afterAll(() => engine.stop());

  it('runs programs of a tiny image', async () => {
    const container = await run(docker, image, ['sh', '-c', 'exit 7']);
    expect(await container.wait()).toEqual({ Error: null, StatusCode: 7 });
  });

  it('leaves the networks and mounts of the machine as they are', () => {
    expect(bridges()).toEqual(before);
    expect(mounts(folder)).toEqual([]);
  });

  it('comes back after a crash, with its containers stopped', async () => {
    const container = await run(docker, image, ['sleep', '1000']);
    await engine.kill();
    await expect(docker.ping()).rejects.toThrow();
    await engine.start();
    expect((await container.inspect()).State.Running).toBe(false);
    await container.start();
    expect((await container.inspect()).State.Running).toBe(true);
  });

  it('comes back after an orderly end', async () => {
    await engine.restart();
    expect(String(await docker.ping())).toBe('OK');
  });

  it('says why it did not start', async () => {
    await expect(startOwnEngine({ args: ['--no-such-flag'] })).rejects.toThrow(/did not start.*\n[^]*no-such-flag/);
  });

  it('takes along all that it ever started when it is stopped, even what ran on after a crash', async () => {
    const container = await run(docker, image, ['sh', '-c', 'trap "" TERM; while :; do sleep 4321; done']);
    const { Pid } = (await container.inspect()).State;
    await engine.kill();
    expect(readFileSync(`/proc/${Pid}/cmdline`, 'utf8')).toContain('sleep 4321');
    await engine.stop();
    expect(() => readFileSync(`/proc/${Pid}/cmdline`)).toThrow('ENOENT');
    expect(processesOn(folder)).toEqual([]);
    expect(mounts(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(bridges()).toEqual(before);
    await expect(engine.start()).rejects.toThrow('was stopped');
  });
});
