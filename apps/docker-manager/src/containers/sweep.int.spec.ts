import { once } from 'node:events';

import { containersRpc, newId } from '@aicode/contracts';
import type { RemoteProcess } from '@aicode/exec-stream';
import { until } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  containersStack,
  finish,
  word,
  type ContainersStack,
  type TestWorkspace,
} from './fixtures/containers-stack.js';

let stack: ContainersStack;
let workspace: TestWorkspace;
beforeAll(async () => {
  stack = await containersStack({ pids: 200 });
  workspace = await stack.workspace();
});
afterAll(() => stack.stop());

const rpc = () => stack.service.context.rpc.client(containersRpc);

/** Runs it until it has said that it is ready. */
async function ready(script: string, owner?: string): Promise<RemoteProcess> {
  const running = await workspace.sh(script, owner === undefined ? {} : { owner });
  running.stderr?.resume();
  await once(running.stdout, 'data');
  running.stdout.resume();
  return running;
}

const hostile: [string, (mark: string) => string][] = [
  ['left its session', (mark) => `setsid sh -c ': ${mark}; sleep 1000' & sleep 0.1; echo ready`],
  ['forked twice', (mark) => `(sh -c ': ${mark}; sleep 1000' &) ; sleep 0.1; echo ready`],
  [
    'ignores every signal that can be ignored',
    (mark) =>
      `(trap '' TERM INT HUP QUIT USR1 USR2; sh -c ': ${mark}; while :; do sleep 1; done' &) ; sleep 0.1; echo ready`,
  ],
  [
    'comes again when it is killed',
    (mark) =>
      `setsid sh -c ': ${mark}; while :; do setsid sh -c "while kill -0 $$ 2>/dev/null; do sleep 0.05; done; setsid sleep 1000" & sleep 0.05; done' & sleep 0.3; echo ready`,
  ],
  ['has no environment', (mark) => `env -i setsid /bin/sh -c ': ${mark}; sleep 1000' & sleep 0.1; echo ready`],
];

describe('the end of a program', () => {
  it.each(hostile)('takes along what %s', async (_, script) => {
    const mark = word();
    const running = await ready(`${script(mark)}; read -r go; exit 5`);
    expect((await workspace.processes()).some((command) => command.includes(mark))).toBe(true);
    running.stdin.end('go\n');
    expect(await running.exited).toMatchObject({ code: 5, signal: null });
    expect(await workspace.processes()).toEqual([]);
  });

  it.each(hostile)('by a kill takes along what %s, within two seconds', async (_, script) => {
    const running = await ready(`${script(word())}; sleep 1000`);
    const began = performance.now();
    await running.kill();
    expect(performance.now() - began).toBeLessThan(2000);
    expect(await workspace.processes()).toEqual([]);
    expect(await running.exited).toEqual({ code: null, signal: 'SIGKILL', reason: null });
  });

  it('comes also to a fork bomb, and the room can be used again', async () => {
    const running = await workspace.exec('/bin/bash', { args: ['-c', ':() { : | : & }; : & sleep 1000'] });
    running.stderr?.resume();
    await until(async () => (await workspace.processes()).length > 150);
    const began = performance.now();
    await running.kill();
    expect(performance.now() - began).toBeLessThan(4000);
    expect(await workspace.processes().catch(() => [])).toEqual([]);
    expect((await finish(await workspace.sh('echo again'))).stdout).toBe('again\n');
  });

  it('may be asked for politely: the program alone gets TERM', async () => {
    const running = await workspace.sh(
      `sh -c 'trap "echo child" TERM; while :; do sleep 0.05; done' & trap 'echo bye; exit 6' TERM; echo ready; while :; do sleep 0.05; done`,
    );
    await once(running.stdout, 'data');
    const all = finish(running);
    await running.terminate(10_000);
    expect(await all).toMatchObject({ code: 6, stdout: 'bye\n' });
  });

  it('comes after the grace if the program does not listen', async () => {
    const running = await ready(`trap '' TERM; echo ready; while :; do sleep 0.05; done`);
    await running.terminate(300);
    expect(await running.exited).toMatchObject({ signal: 'SIGKILL' });
    expect(await workspace.processes()).toEqual([]);
  });

  it('comes to the attempts that nobody keeps, and not to what a person runs', async () => {
    const [kept, lost] = [newId('attempt'), newId('attempt')];
    const running = await Promise.all([
      ready('echo ready; sleep 1000', kept),
      ready('echo ready; sleep 1000', lost),
      ready('echo ready; sleep 1000', 'a person'),
    ]);
    const ended = await rpc().endAttempts({ workspace_id: workspace.id, keep: [kept] });
    expect(ended).toEqual({ ended: 1 });
    expect(await running[1].exited).toMatchObject({ signal: 'SIGKILL' });
    const still = await Promise.all([0, 1, 2].map(async (room) => (await workspace.processes(room)).length));
    expect(still.sort()).toEqual([0, 2, 2]);
    await Promise.all(running.map((process) => process.kill()));
  });
});

describe('rooms', () => {
  it('keep two programs apart: the end of one leaves the other', async () => {
    const mark = word();
    const one = await ready(`echo ready; : ${mark}; while :; do sleep 0.05; done`);
    const two = await ready('touch /tmp/mine; setsid sleep 1000 & echo ready; sleep 1000');
    await two.kill();
    expect((await workspace.processes(0)).some((command) => command.includes(mark))).toBe(true);
    expect(await workspace.processes(1)).toEqual([]);
    await one.kill();
  });

  it('are limited, and say so', async () => {
    const running = await Promise.all(Array.from({ length: 6 }, () => ready('echo ready; sleep 1000')));
    await expect(workspace.sh('true')).rejects.toMatchObject({
      code: 'container.busy',
      message: expect.stringContaining('All 6 containers of this workspace are at work'),
    });
    await Promise.all(running.map((process) => process.kill()));
    expect((await finish(await workspace.sh('echo free'))).stdout).toBe('free\n');
  });
});
