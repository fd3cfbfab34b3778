import { Module } from '@nestjs/common';

import { DisksModule } from '../disks/disks.module.js';
import { ContainersRpc } from './containers.rpc.js';
import { ContainersService } from './containers.service.js';
import { ContainerPool } from './container-pool.js';
import { EngineService } from './engine.service.js';

@Module({
  imports: [DisksModule],
  controllers: [ContainersRpc],
  providers: [EngineService, ContainersService, ContainerPool],
  exports: [ContainersService, EngineService],
})
export class ContainersModule {}
