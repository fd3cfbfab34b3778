import { runService } from '@aicode/service-kit';

import { claudeRunnerService } from './index.js';

await runService(claudeRunnerService);
