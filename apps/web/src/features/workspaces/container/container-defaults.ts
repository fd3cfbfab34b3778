import { DockerConfig, type Container, type Workspace } from '@aicode/contracts';

import { containerFields, type ContainerField } from './container-form.js';

export type ContainerDefaults = Pick<Container, 'image' | 'cpu' | 'memory' | 'disk' | 'pids' | 'network' | 'allow'>;

/**
 * What a container gets that sets nothing. The API does not tell the configuration itself, but each workspace shows the settings in
 * force: those that it does not set are the configuration's. Without a workspace it is the product's own defaults.
 */
export function defaultsFrom(workspaces: readonly Workspace[]): ContainerDefaults {
  const defaults: ContainerDefaults = DockerConfig.parse({});
  for (const field of containerFields) {
    const plain = workspaces.find((one) => one.container_settings[field] === undefined);
    if (plain && field !== 'env' && field !== 'dockerfile')
      Object.assign(defaults, { [field]: plain.container[field] });
  }
  return defaults;
}

/** Has this workspace set the field itself? */
export function isOwn(workspace: Workspace, field: ContainerField): boolean {
  return workspace.container_settings[field] !== undefined;
}
