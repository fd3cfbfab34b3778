import type { DependencyHealth, Nodes, ServiceReport } from '@aicode/contracts';

export type Health = 'up' | 'degraded' | 'down';
const rank: Record<Health, number> = { up: 0, degraded: 1, down: 2 };

export function worst(states: readonly Health[]): Health {
  return states.reduce<Health>((worse, state) => (rank[state] > rank[worse] ? state : worse), 'up');
}

/** What is not as it should be, the worst first; the same sentence of several services is told once, with all of them. */
export interface Trouble {
  state: Health;
  /** Why and what to do, as the server says it; null if it says nothing. */
  reason: string | null;
  services: string[];
  /** Of the service, if it is not the service itself. */
  dependency: string | null;
}

export function troubles(services: readonly ServiceReport[]): Trouble[] {
  const found = new Map<string, Trouble>();
  const add = (service: string, dependency: string | null, state: Health, reason: string | null): void => {
    if (state === 'up') return;
    const key = reason ?? `${service} ${dependency ?? ''}`;
    const known = found.get(key);
    if (!known) {
      found.set(key, { state, reason, services: [service], dependency });
      return;
    }
    known.state = worst([known.state, state]);
    if (!known.services.includes(service)) known.services.push(service);
  };
  for (const service of services) {
    for (const part of service.dependencies) add(service.name, part.name, part.state, part.reason);
    // What a service says of itself is mostly what its dependency says.
    const told = service.dependencies.some((part) => part.state !== 'up');
    if (!told || !isTold(service.reason, service.dependencies)) add(service.name, null, service.state, service.reason);
  }
  return [...found.values()].sort((a, b) => rank[b.state] - rank[a.state]);
}

function isTold(reason: string | null, parts: readonly DependencyHealth[]): boolean {
  return reason === null || parts.some((part) => part.reason !== null && reason.includes(part.reason));
}

export function overall(nodes: Pick<Nodes, 'services' | 'engine' | 'nodes'>): Health {
  const runners: Health = nodes.nodes.length > 0 ? 'up' : 'down';
  return worst([runners, ...nodes.services.map((service) => service.state)]);
}
