import type { EngineState } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';

import { detectEngine } from './detect-engine.js';
import { createEngineWatch, engineHealth } from './engine-watch.js';

/** Well inside the 2 s in which a health check must be answered. */
const detectTimeout = 1500;
const maxAge = 5000;

/** The Docker engine of this node, asked at most every few seconds. */
@Injectable()
export class EngineService {
  readonly state: () => Promise<EngineState>;

  constructor(context: ServiceContext) {
    const { image } = context.config.docker;
    this.state = createEngineWatch(() => detectEngine({ env: process.env, timeout: detectTimeout, image }), maxAge);
    context.health.add('docker-engine', async () => engineHealth(await this.state()));
  }
}
