import { runService } from '@aicode/service-kit';

import { taskManagerService } from './index.js';

await runService(taskManagerService);
