import { DomainError } from '@aicode/contracts';
import passport from 'passport';

import { accessToken, invalidToken } from './access-token.strategy.js';
import type { Principal } from './principal.js';

interface Authenticator {
  authenticate(
    strategy: string,
    options: { session: false },
    found: (error: unknown, principal?: Principal | false | null, info?: unknown) => void,
  ): (request: object, response: object, next: (error: unknown) => void) => void;
}
const authenticator: Authenticator = passport;

/**
 * Who holds this `Authorization` header, by the one passport strategy that requests and sockets share. DomainErrors:
 * `auth.required` without a token, `auth.token_invalid`, `auth.session_ended`, or why it could not be found out.
 */
export function authenticate(authorization: string | undefined): Promise<Principal> {
  return new Promise((resolve, reject) => {
    const check = authenticator.authenticate(accessToken, { session: false }, (error, principal, info) => {
      if (error) reject(error instanceof Error ? error : invalidToken());
      else if (principal) resolve(principal);
      else reject(refusal(authorization, info));
    });
    check({ headers: { authorization } }, {}, reject);
  });
}

function refusal(authorization: string | undefined, info: unknown): DomainError {
  if (info instanceof DomainError) return info;
  if (/^bearer\s+\S/i.test(authorization ?? '')) return invalidToken();
  return new DomainError('auth.required', 'Sign in first: send Authorization: Bearer <access token>.');
}
