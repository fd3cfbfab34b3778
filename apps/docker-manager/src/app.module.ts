import { Module } from '@nestjs/common';

import { ContainersModule } from './containers/containers.module.js';
import { DisksModule } from './disks/disks.module.js';

@Module({ imports: [ContainersModule, DisksModule] })
export class AppModule {}
