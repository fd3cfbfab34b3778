import { Module } from '@nestjs/common';

import { AccessTokens } from './access-tokens.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AuthKeys } from './auth-keys.js';
import { AuthController } from './auth.controller.js';
import { EndedSessions } from './ended-sessions.js';
import { OpenStreams } from './open-streams.js';
import { SealedRequests } from './sealed-requests.js';
import { WebSessionController } from './web-session.controller.js';
import { WebSessions } from './web-sessions.js';

@Module({
  controllers: [AuthController, WebSessionController],
  providers: [AuthKeys, EndedSessions, AccessTokenStrategy, AccessTokens, OpenStreams, SealedRequests, WebSessions],
  exports: [AccessTokens, EndedSessions, OpenStreams],
})
export class AuthModule {}
