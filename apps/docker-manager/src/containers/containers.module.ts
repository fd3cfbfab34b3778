import { Module } from '@nestjs/common';

import { ContainersRpc } from './containers.rpc.js';
import { EngineService } from './engine.service.js';

@Module({ controllers: [ContainersRpc], providers: [EngineService] })
export class ContainersModule {}
