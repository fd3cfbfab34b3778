import { DomainError, type ServiceName } from '@aicode/contracts';
import type { ServiceDefinition } from '@aicode/service-kit';

export interface ServiceEntry {
  name: ServiceName;
  /** Only what runs is loaded: each by a file of its own, because the import rules know no lazy loading of a library. */
  load: () => Promise<ServiceDefinition>;
}

/** In the order of their start: who is asked comes before who asks, and the edge opens last. They stop the other way round. */
export const allServices: readonly ServiceEntry[] = [
  { name: 'auth', load: async () => (await import('./auth.js')).definition },
  { name: 'docker-manager', load: async () => (await import('./docker-manager.js')).definition },
  { name: 'workspace-service', load: async () => (await import('./workspace-service.js')).definition },
  { name: 'task-manager', load: async () => (await import('./task-manager.js')).definition },
  { name: 'claude-runner', load: async () => (await import('./claude-runner.js')).definition },
  { name: 'gateway', load: async () => (await import('./gateway.js')).definition },
];

/**
 * All, or those that AICLI_SERVICES names (by commas), in the same order.
 * @throws DomainError config.invalid
 */
export function chooseServices(names: string | undefined): readonly ServiceEntry[] {
  if (!names) return allServices;
  const wanted = names.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !allServices.some((service) => service.name === name));
  if (unknown === undefined) return allServices.filter((service) => wanted.includes(service.name));
  const allowed = allServices.map((service) => service.name).join(', ');
  throw new DomainError(
    'config.invalid',
    `environment variable AICLI_SERVICES: "${unknown}" is not a service; allowed are ${allowed}.`,
  );
}
