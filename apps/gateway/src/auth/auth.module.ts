import { Module } from '@nestjs/common';

import { AccessTokens } from './access-tokens.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AuthKeys } from './auth-keys.js';
import { AuthController } from './auth.controller.js';
import { EndedSessions } from './ended-sessions.js';
import { OpenStreams } from './open-streams.js';

@Module({
  controllers: [AuthController],
  providers: [AuthKeys, EndedSessions, AccessTokenStrategy, AccessTokens, OpenStreams],
  exports: [AccessTokens, EndedSessions, OpenStreams],
})
export class AuthModule {}
