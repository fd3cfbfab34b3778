import type { DependencyHealth, ServiceReport } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { overall, troubles, worst, type Health } from './health.js';

const service = (
  name: ServiceReport['name'],
  state: Health,
  reason: string | null = null,
  dependencies: DependencyHealth[] = [],
): ServiceReport => ({ name, state, reason, dependencies });
const redis: DependencyHealth = { name: 'redis', state: 'down', reason: 'Redis does not answer.' };
const model: DependencyHealth = { name: 'model', state: 'degraded', reason: 'No key: set one.' };

describe('worst', () => {
  it('is the worst', () => {
    expect(worst(['up', 'down', 'degraded'])).toBe('down');
    expect(worst([])).toBe('up');
  });
});

describe('troubles', () => {
  it('tells each thing once, the worst first', () => {
    const found = troubles([
      service('claude-runner', 'degraded', 'No key: set one.', [model]),
      service('auth', 'down', null, [redis]),
      service('task-manager', 'degraded', null, [
        { ...redis, state: 'degraded' },
        { ...redis, name: 'sql', state: 'up' },
      ]),
      service('gateway', 'up'),
    ]);
    expect(found).toEqual([
      { state: 'down', reason: 'Redis does not answer.', services: ['auth', 'task-manager'], dependency: 'redis' },
      { state: 'degraded', reason: 'No key: set one.', services: ['claude-runner'], dependency: 'model' },
    ]);
  });
  it('takes the worse of two that say the same', () => {
    const found = troubles([
      service('auth', 'degraded', null, [{ ...redis, state: 'degraded' }]),
      service('gateway', 'down', null, [redis, redis]),
    ]);
    expect(found).toMatchObject([{ state: 'down', services: ['auth', 'gateway'] }]);
  });
  it('tells what a service says of itself', () => {
    expect(troubles([service('auth', 'down', 'It does not answer.')])).toEqual([
      { state: 'down', reason: 'It does not answer.', services: ['auth'], dependency: null },
    ]);
    expect(troubles([service('auth', 'down', 'Another thing.', [redis])])).toHaveLength(2);
    expect(troubles([service('auth', 'degraded')])).toMatchObject([{ reason: null }]);
  });
});

describe('overall', () => {
  it('is down where nothing runs tasks', () => {
    expect(overall({ services: [service('auth', 'up')], engine: null, nodes: [] })).toBe('down');
  });
});
