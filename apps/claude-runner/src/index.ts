import type { ServiceDefinition } from '@aicode/service-kit';

import { ClaudeRunnerModule } from './claude-runner.module.js';

export { findCliBinary } from '@aicode/sandbox';

export const claudeRunnerService: ServiceDefinition = {
  name: 'claude-runner',
  module: (context) => ClaudeRunnerModule.create(context),
};
