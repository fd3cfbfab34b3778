import { ServiceContext } from '@aicode/service-kit';
import { Module } from '@nestjs/common';

import { DisksRpc } from './disks.rpc.js';
import { Disks } from './disks.service.js';

/** The service answers only when the disks are mounted. */
@Module({
  controllers: [DisksRpc],
  providers: [
    {
      provide: Disks,
      inject: [ServiceContext],
      useFactory: async (context: ServiceContext): Promise<Disks> => {
        const disks = await Disks.start({ paths: context.paths, config: context.config.docker, log: context.log });
        context.onStop('disks', () => disks.stop());
        return disks;
      },
    },
  ],
  exports: [Disks],
})
export class DisksModule {}
