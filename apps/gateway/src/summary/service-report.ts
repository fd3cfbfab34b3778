import type { ServiceReport } from '@aicode/contracts';

import type { ServiceAnswer } from '../health/readiness.js';

const worseFirst = ['down', 'degraded'] as const;

/** A service is as well as the worst of what it depends on; one that does not answer is down. */
export function serviceReport(answer: ServiceAnswer): ServiceReport {
  const name = answer.service;
  if ('unreachable' in answer) return { name, state: 'down', reason: answer.unreachable, dependencies: [] };
  const { dependencies } = answer;
  for (const state of worseFirst) {
    const worst = dependencies.find((dependency) => dependency.state === state);
    if (worst) return { name, state, reason: worst.reason ?? `${worst.name} is ${state}.`, dependencies };
  }
  return { name, state: 'up', reason: null, dependencies };
}
