import { runService } from '@aicode/service-kit';

import { gatewayService } from './index.js';

await runService(gatewayService);
