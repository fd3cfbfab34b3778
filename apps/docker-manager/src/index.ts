import type { ServiceDefinition } from '@aicode/service-kit';

import { AppModule } from './app.module.js';

export { detectEngine } from './containers/detect-engine.js';
export { chooseMechanism } from './disks/choose-mechanism.js';

/** The only holder of the Docker socket. */
export const dockerManagerService: ServiceDefinition = { name: 'docker-manager', module: AppModule };
