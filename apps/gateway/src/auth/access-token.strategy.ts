import { AccessClaims, accessTokenAudience, accessTokenIssuer, DomainError } from '@aicode/contracts';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { decodeProtectedHeader } from 'jose';
import { ExtractJwt, Strategy } from 'passport-jwt';

import { AuthKeys } from './auth-keys.js';
import { EndedSessions } from './ended-sessions.js';
import type { Principal } from './principal.js';

export const accessToken = 'access-token';

/** Access tokens: ES256 by one of auth's keys, ours by issuer and audience, in time, of a session that has not ended. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, accessToken) {
  constructor(
    keys: AuthKeys,
    private readonly endedSessions: EndedSessions,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      algorithms: ['ES256'],
      issuer: accessTokenIssuer,
      audience: accessTokenAudience,
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: string) => void) => {
        findKey(keys, token).then((key) => done(null, key), done);
      },
    });
  }

  async validate(payload: unknown): Promise<Principal> {
    const claims = AccessClaims.safeParse(payload);
    if (!claims.success) throw invalidToken();
    const { sub, sid, role, exp } = claims.data;
    await this.endedSessions.refuse(sid);
    return { actor: { user_id: sub, role, session_id: sid }, sessionId: sid, expiresAt: exp * 1000 };
  }
}

async function findKey(keys: AuthKeys, token: string): Promise<string> {
  const kid = keyIdOf(token);
  const key = kid === undefined ? undefined : await keys.signing(kid);
  if (key === undefined) throw invalidToken();
  return key;
}

function keyIdOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}

export function invalidToken(): DomainError {
  return new DomainError(
    'auth.token_invalid',
    'The access token is not valid or has run out. Refresh it or sign in again.',
  );
}
