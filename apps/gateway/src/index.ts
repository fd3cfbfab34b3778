import type { ServiceDefinition } from '@aicode/service-kit';

import { GatewayModule } from './gateway.module.js';
import { serveHttp } from './http/serve-http.js';

export const gatewayService: ServiceDefinition = {
  name: 'gateway',
  module: GatewayModule,
  http: serveHttp,
  // Bodies are read behind the guard, by the route that wants one.
  httpOptions: { bodyParser: false },
};
