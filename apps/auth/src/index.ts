import type { ServiceDefinition } from '@aicode/service-kit';

import { AuthModule } from './auth/auth.module.js';

export const authService: ServiceDefinition = { name: 'auth', module: (context) => AuthModule.open(context) };
