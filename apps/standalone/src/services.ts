import { DomainError, type ServiceName } from '@aicode/contracts';
import type { ServiceDefinition } from '@aicode/service-kit';

export interface ServiceEntry {
  name: ServiceName;
  /** Only what runs is loaded. */
  load: () => Promise<ServiceDefinition>;
}

/** In the order of their start: who is asked comes before who asks, and the edge opens last. They stop the other way round. */
export const allServices: readonly ServiceEntry[] = [
  { name: 'auth', load: async () => (await import('@aicode/auth')).authService },
  { name: 'docker-manager', load: async () => (await import('@aicode/docker-manager')).dockerManagerService },
  { name: 'workspace-service', load: async () => (await import('@aicode/workspace-service')).workspaceService },
  { name: 'task-manager', load: async () => (await import('@aicode/task-manager')).taskManagerService },
  { name: 'claude-runner', load: async () => (await import('@aicode/claude-runner')).claudeRunnerService },
  { name: 'gateway', load: async () => (await import('@aicode/gateway')).gatewayService },
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
