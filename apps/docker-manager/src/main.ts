import { runService } from '@aicode/service-kit';

import { dockerManagerService } from './index.js';

await runService(dockerManagerService);
