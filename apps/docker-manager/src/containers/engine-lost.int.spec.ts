import { once } from 'node:events';

import { containersRpc } from '@aicode/contracts';
import { tempDir, until, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { containersStack, dockerHost, finish, type ContainersStack } from './fixtures/containers-stack.js';
import { engineLine, type EngineLine } from './fixtures/engine-line.js';

let folder: TempDir;
let line: EngineLine;
let stack: ContainersStack;
beforeEach(async () => {
  folder = await tempDir('line');
  line = await engineLine(`${folder.path}/d.sock`, dockerHost.replace('unix://', ''));
  stack = await containersStack({}, line.host);
});
afterEach(async () => {
  await stack.stop();
  await line.cut();
  await folder.remove();
});

describe('an engine that goes away', () => {
  it('ends its programs with the reason, is told of, and is used again when it is back', async () => {
    const workspace = await stack.workspace();
    const running = await workspace.sh('setsid sleep 1000 & echo ready; sleep 1000');
    await once(running.stdout, 'data');
    running.stdout.resume();
    await line.cut();
    expect(await running.exited).toEqual({ code: null, signal: null, reason: 'engine_lost' });
    await expect(workspace.sh('true')).rejects.toMatchObject({
      code: 'container.engine_lost',
      message: expect.stringContaining('No Docker engine was found'),
    });
    const rpc = stack.service.context.rpc.client(containersRpc);
    expect(await rpc.stats(workspace.owner)).toMatchObject({ executor: 'process', containers: [] });
    expect((await workspace.processes()).length).toBeGreaterThan(0);
    await line.mend();
    expect((await finish(await workspace.sh('echo back'))).stdout).toBe('back\n');
    await until(async () => (await workspace.processes()).length === 0);
  });

  it('does not hold up a docker-manager that stops', async () => {
    const workspace = await stack.workspace();
    const running = await workspace.sh('sleep 1000');
    await line.cut();
    const began = performance.now();
    await stack.service.stop();
    expect(performance.now() - began).toBeLessThan(10_000);
    await running.exited;
  });
});

describe('a second docker-manager', () => {
  it('of a home and an engine does not serve, and takes over when the first has gone', async () => {
    const workspace = await stack.workspace();
    const running = await workspace.sh('echo ready; read -r go; echo ended');
    await once(running.stdout, 'data');
    const first = stack.service;
    const second = await stack.another();
    const rpc = second.context.rpc.client(containersRpc);
    await rpc.engine({});
    running.stdin.end('go\n');
    expect(await running.exited).toMatchObject({ code: 0 });
    await first.stop();
    stack.service = second;
    expect((await finish(await workspace.sh('echo second'))).stdout).toBe('second\n');
  });
});
