import { runService } from '@aicode/service-kit';

import { authService } from './index.js';

await runService(authService);
