import { Module } from '@nestjs/common';

import { DisksModule } from '../disks/disks.module.js';
import { ContainersRpc } from './containers.rpc.js';
import { ContainersService } from './containers.service.js';
import { EngineService } from './engine.service.js';

@Module({
  imports: [DisksModule],
  controllers: [ContainersRpc],
  providers: [EngineService, ContainersService],
  exports: [ContainersService, EngineService],
})
export class ContainersModule {}
