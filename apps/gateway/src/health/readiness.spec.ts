import type { EngineState, ServiceName } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { engineHealth, readiness, type ServiceAnswer } from './readiness.js';

const engine = (state: EngineState['state']): EngineState => ({
  state,
  version: null,
  api_version: null,
  storage_driver: null,
  cgroup_version: null,
  image_problem: null,
  reason: state === 'up' ? null : 'There is no Docker engine here.',
});
const up = (service: ServiceName): ServiceAnswer => ({ service, dependencies: [] });
const silent = (service: ServiceName): ServiceAnswer => ({ service, unreachable: `${service} is silent` });

describe('readiness', () => {
  it('is ready when all is up', () => {
    expect(readiness([up('auth'), up('task-manager')], engineHealth(engine('up')))).toEqual({
      status: 'ready',
      dependencies: [
        { name: 'auth', state: 'up', reason: null },
        { name: 'task-manager', state: 'up', reason: null },
        { name: 'docker-engine', state: 'up', reason: null },
      ],
    });
  });

  it.each([
    ['an absent engine degrades', [up('auth')], engine('missing'), 'degraded'],
    ['an unreachable engine degrades', [up('auth')], engine('unreachable'), 'degraded'],
    ['no docker-manager degrades', [silent('docker-manager')], engine('up'), 'degraded'],
    ['a silent service is down', [silent('auth')], engine('missing'), 'not_ready'],
    [
      'a dependency that is down',
      [{ service: 'auth' as const, dependencies: [{ name: 'database', state: 'down' as const, reason: 'locked' }] }],
      engine('up'),
      'not_ready',
    ],
  ])('%s', (_what, answers, state, status) => {
    expect(readiness(answers, engineHealth(state)).status).toBe(status);
  });

  it('says once, at its worst, what several services report', () => {
    const report = (service: ServiceName, state: 'up' | 'degraded' | 'down') => ({
      service,
      dependencies: [{ name: 'redis', state, reason: state }],
    });
    const answers = [report('auth', 'up'), report('task-manager', 'down'), report('claude-runner', 'degraded')];
    const { dependencies } = readiness(answers, engineHealth(engine('up')));
    expect(dependencies.filter(({ name }) => name === 'redis')).toEqual([
      { name: 'redis', state: 'down', reason: 'down' },
    ]);
  });
});
