import type { ServiceDefinition } from '@aicode/service-kit';

import { TaskManagerModule } from './task-manager.module.js';

export const taskManagerService: ServiceDefinition = {
  name: 'task-manager',
  module: (context) => TaskManagerModule.create(context),
};
