import { openDatabase } from '@aicode/database';
import { readOrCreateSecret, type ServiceContext } from '@aicode/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';

import type { Auth } from './auth.js';
import { AUTH, AuthRpc } from './auth.rpc.js';
import { startChores } from './chores.js';
import { endedSessions } from './ended-sessions.js';
import { provideFirstAdmin } from './first-admin.js';
import { oneAtATime } from './one-at-a-time.js';
import { preparePasswordCheck } from './password.js';
import { RefreshTokenEntity } from './refresh-token.entity.js';
import { newSealingPem, sealingKey } from './sealing.js';
import { SessionEntity } from './session.entity.js';
import { SetupLinkEntity } from './setup-link.entity.js';
import { newSigningPem, signingKey } from './signing-key.js';
import { throttle } from './throttle.js';
import { UserEntity } from './user.entity.js';

export const authEntities = [UserEntity, SessionEntity, RefreshTokenEntity, SetupLinkEntity];

@Module({})
export class AuthModule {
  /** Opens what the service works with, and sees to the first administrator before the first request. */
  static async open(context: ServiceContext): Promise<DynamicModule> {
    const auth = await openAuth(context);
    await provideFirstAdmin(context, auth.database);
    startChores(context, auth);
    return { module: AuthModule, controllers: [AuthRpc], providers: [{ provide: AUTH, useValue: auth }] };
  }
}

async function openAuth(context: ServiceContext): Promise<Auth> {
  const { paths, config, redis } = context;
  const database = await openDatabase({ url: context.databaseUrl, entities: authEntities, log: context.log });
  context.onStop('database', () => database.close());
  context.health.add('database', async () => {
    await database.ping();
    return { name: 'database', state: 'up', reason: null };
  });
  const ended = endedSessions(redis.shared, context.events, database, config.auth.access_ttl);
  await Promise.all([ended.restore(), preparePasswordCheck()]);
  return {
    config: config.auth,
    database,
    signing: await signingKey(await readOrCreateSecret(paths.jwtKey, newSigningPem), paths.jwtKey),
    sealing: await sealingKey(await readOrCreateSecret(paths.sealKey, newSealingPem), paths.sealKey),
    throttle: throttle(redis.shared, config.auth),
    endedSessions: ended,
    passwordTurn: oneAtATime(),
  };
}
