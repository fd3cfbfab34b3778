import { runService } from '@aicode/service-kit';

import { workspaceService } from './index.js';

await runService(workspaceService);
