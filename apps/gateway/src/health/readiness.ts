import type { DependencyHealth, EngineState, Readiness, ServiceName } from '@aicode/contracts';

/** What came of asking a service how it is. */
export type ServiceAnswer =
  { service: ServiceName; dependencies: DependencyHealth[] } | { service: ServiceName; unreachable: string };

/** Tasks run without it, in the process executor. */
const optional = new Set<string>(['docker-manager']);
const rank = { up: 0, degraded: 1, down: 2 };

/** One answer out of all: `not_ready` if something that tasks need is down. What several services report is said once, at its worst. */
export function readiness(answers: ServiceAnswer[], engine: DependencyHealth): Readiness {
  const dependencies = new Map<string, DependencyHealth>();
  const add = (health: DependencyHealth): void => {
    const known = dependencies.get(health.name);
    if (!known || rank[health.state] > rank[known.state]) dependencies.set(health.name, health);
  };
  for (const answer of answers) {
    add(serviceHealth(answer));
    if ('dependencies' in answer) answer.dependencies.forEach(add);
  }
  add(engine);
  const states = [...dependencies.values()].map(({ state }) => state);
  const status = states.includes('down') ? 'not_ready' : states.includes('degraded') ? 'degraded' : 'ready';
  return { status, dependencies: [...dependencies.values()] };
}

function serviceHealth(answer: ServiceAnswer): DependencyHealth {
  if ('dependencies' in answer) return { name: answer.service, state: 'up', reason: null };
  const state = optional.has(answer.service) ? 'degraded' : 'down';
  return { name: answer.service, state, reason: answer.unreachable };
}

/** Without an engine tasks still run, but not in containers. */
export function engineHealth(engine: EngineState): DependencyHealth {
  const state = engine.state === 'up' ? 'up' : 'degraded';
  return { name: 'docker-engine', state, reason: state === 'up' ? null : engine.reason };
}
