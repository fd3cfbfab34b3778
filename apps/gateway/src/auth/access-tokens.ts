import { DomainError } from '@aicode/contracts';
import { Injectable } from '@nestjs/common';
import passport from 'passport';

import { accessToken, AccessTokenStrategy, invalidToken } from './access-token.strategy.js';
import type { Principal } from './principal.js';

interface Authenticator {
  authenticate(
    strategy: string,
    options: { session: false },
    found: (error: unknown, principal?: Principal | false | null, info?: unknown) => void,
  ): (request: object, response: object, next: (error: unknown) => void) => void;
}

/** Who holds a token, by the one passport strategy that requests and sockets share. */
@Injectable()
export class AccessTokens {
  private readonly authenticator: Authenticator;

  constructor(strategy: AccessTokenStrategy) {
    // Passport's own instance is one for the process, where two gateways would take each other's strategy.
    this.authenticator = new passport.Passport().use(accessToken, strategy);
  }

  /**
   * Takes an `Authorization` header. DomainErrors: `auth.required` without a token, `auth.token_invalid`,
   * `auth.session_ended`, or why it could not be found out.
   */
  authenticate(authorization: string | undefined): Promise<Principal> {
    return new Promise((resolve, reject) => {
      const check = this.authenticator.authenticate(accessToken, { session: false }, (error, principal, info) => {
        if (error) reject(error instanceof Error ? error : invalidToken());
        else if (principal) resolve(principal);
        else reject(refusal(authorization, info));
      });
      check({ headers: { authorization } }, {}, reject);
    });
  }
}

function refusal(authorization: string | undefined, info: unknown): DomainError {
  if (info instanceof DomainError) return info;
  if (/^bearer\s+\S/i.test(authorization ?? '')) return invalidToken();
  return new DomainError(
    'auth.required',
    'Sign in first: send Authorization: Bearer <access token>, or sign in on the page.',
  );
}
