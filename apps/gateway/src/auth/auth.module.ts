import { Module } from '@nestjs/common';

import { AccessTokenStrategy } from './access-token.strategy.js';
import { AuthKeys } from './auth-keys.js';
import { AuthController } from './auth.controller.js';
import { EndedSessions } from './ended-sessions.js';
import { OpenStreams } from './open-streams.js';

@Module({
  controllers: [AuthController],
  providers: [AuthKeys, EndedSessions, AccessTokenStrategy, OpenStreams],
  exports: [OpenStreams],
})
export class AuthModule {}
