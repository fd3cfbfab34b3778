import { describe, expect, it } from '@jest/globals';
import { DomainError, type EngineState } from '@aicode/contracts';
import type { Executor } from '@aicode/sandbox';

import { chooseExecutor, type ExecutorParts } from './choose-executor.js';

const up: EngineState = {
  state: 'up',
  version: '27.0',
  api_version: '1.46',
  storage_driver: 'overlay2',
  cgroup_version: '2',
  image_problem: null,
  reason: null,
};
const imageMissing: EngineState = { ...up, image_problem: 'The image is not there: build it.' };
const missing: EngineState = { ...up, state: 'missing', reason: 'Docker is not installed.' };
const unreachable: EngineState = { ...up, state: 'unreachable', reason: 'Docker does not run: start it.' };

/** What an executor says of itself is all that the choice looks at. */
const executor = (kind: Executor['kind'], sandboxed = true): Executor => ({
  kind,
  sandboxed,
  description: `A ${kind}.`,
  open: () => Promise.reject(new Error('nobody opens here')),
  endLeftovers: () => Promise.resolve(),
});

function choose(kind: ExecutorParts['kind'], engine: EngineState | Error, more: Partial<ExecutorParts> = {}) {
  return chooseExecutor({
    kind,
    askEngine: () => (engine instanceof Error ? Promise.reject(engine) : Promise.resolve(engine)),
    makeProcess: () => Promise.resolve(executor('process')),
    makeDocker: () => executor('docker'),
    ...more,
  });
}

describe('the executor', () => {
  it.each<[ExecutorParts['kind'], EngineState | Error, Executor['kind'], string]>([
    ['auto', up, 'docker', 'up'],
    ['auto', missing, 'process', 'up'],
    ['auto', unreachable, 'process', 'degraded'],
    ['auto', imageMissing, 'process', 'degraded'],
    ['auto', new Error('no answer'), 'process', 'degraded'],
    ['docker', up, 'docker', 'up'],
    ['docker', unreachable, 'docker', 'down'],
    ['docker', imageMissing, 'docker', 'degraded'],
    ['docker', new Error('no answer'), 'docker', 'down'],
    ['process', up, 'process', 'up'],
  ])('by %s, with an engine that is %j, is %s and %s', async (kind, engine, expected, state) => {
    const chosen = await choose(kind, engine);
    expect(chosen.executor.kind).toBe(expected);
    expect(await chosen.health()).toMatchObject({ name: 'executor', state });
  });

  it('that is not Docker says why, and what to do', async () => {
    const chosen = await choose('auto', unreachable);
    const expected =
      'A process. Not in Docker: Docker does not run: start it. After that is mended, start the platform again.';
    expect(chosen.executor.description).toBe(expected);
    expect(await chosen.health()).toMatchObject({ reason: expected });
    expect((await choose('process', unreachable)).executor.description).toBe('A process.');
  });

  it('stays what it is when the engine goes, and says so', async () => {
    let now = up;
    const chosen = await choose('auto', up, { askEngine: () => Promise.resolve(now) });
    now = { ...unreachable, reason: null };
    expect(await chosen.health()).toMatchObject({
      state: 'down',
      reason: expect.stringContaining('The Docker engine is unreachable. Tasks run in containers here'),
    });
  });

  it('without a sandbox is no better for being chosen', async () => {
    const makeProcess = () => Promise.resolve(executor('process', false));
    expect(await (await choose('process', up, { makeProcess })).health()).toMatchObject({ state: 'degraded' });
  });

  it('that cannot be at all is refused with both reasons', async () => {
    const makeProcess = () => Promise.reject(new DomainError('executor.unavailable', 'bwrap is not installed.'));
    await expect(choose('auto', missing, { makeProcess })).rejects.toMatchObject({
      code: 'executor.unavailable',
      message: 'Docker is not installed. And without Docker: bwrap is not installed.',
    });
    await expect(choose('process', missing, { makeProcess })).rejects.toThrow(/^bwrap is not installed\.$/);
  });
});
