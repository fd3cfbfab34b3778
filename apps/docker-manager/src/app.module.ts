import { Module } from '@nestjs/common';

import { ContainersModule } from './containers/containers.module.js';

@Module({ imports: [ContainersModule] })
export class AppModule {}
