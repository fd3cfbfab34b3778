import type { DependencyHealth } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { startOfDay } from './day-of.js';
import { serviceReport } from './service-report.js';

const of = (...states: DependencyHealth['state'][]): DependencyHealth[] =>
  states.map((state, index) => ({ name: `d${index}`, state, reason: state === 'up' ? null : `is ${state}` }));

describe('the report of a service', () => {
  it.each([
    ['nothing', of(), 'up', null],
    ['what is up', of('up', 'up'), 'up', null],
    ['what is degraded', of('up', 'degraded'), 'degraded', 'is degraded'],
    ['the worst of it', of('degraded', 'down', 'up'), 'down', 'is down'],
  ])('follows %s', (_what, dependencies, state, reason) => {
    expect(serviceReport({ service: 'auth', dependencies })).toEqual({ name: 'auth', state, reason, dependencies });
  });

  it('has a reason also where the dependency gives none', () => {
    const dependencies = [{ name: 'redis', state: 'down' as const, reason: null }];
    expect(serviceReport({ service: 'auth', dependencies }).reason).toBe('redis is down.');
  });

  it('is down when it is silent', () => {
    expect(serviceReport({ service: 'auth', unreachable: 'auth is silent' })).toEqual({
      name: 'auth',
      state: 'down',
      reason: 'auth is silent',
      dependencies: [],
    });
  });
});

describe('the day', () => {
  it('begins at midnight of UTC', () => {
    expect(startOfDay(new Date('2026-03-01T23:59:59.999Z'))).toBe('2026-03-01T00:00:00.000Z');
  });
});
