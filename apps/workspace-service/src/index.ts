import type { ServiceDefinition } from '@aicode/service-kit';

import { WorkspaceServiceModule } from './workspace-service.module.js';

export const workspaceService: ServiceDefinition = {
  name: 'workspace-service',
  module: (context) => WorkspaceServiceModule.create(context),
};
