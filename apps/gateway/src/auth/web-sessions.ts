import {
  authRpc,
  DomainError,
  refreshCookie,
  RefreshRequest,
  type Actor,
  type Tokens,
  type WebSessionState,
} from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';

import { statusOf } from '../http/problem.js';
import { AccessTokens } from './access-tokens.js';
import { cookieOf, credentialOf } from './credential.js';
import type { Principal } from './principal.js';
import { SealedRequests } from './sealed-requests.js';

/** What a browser's cookies stand for. */
@Injectable()
export class WebSessions {
  private readonly auth;

  constructor(
    context: ServiceContext,
    private readonly tokens: AccessTokens,
    private readonly sealed: SealedRequests,
  ) {
    this.auth = context.rpc.client(authRpc);
  }

  async state(request: Request): Promise<WebSessionState> {
    refuseHeader(request);
    const signedIn = await unlessOver(this.signedIn(request));
    const renewable = cookieOf(request.headers.cookie, refreshCookie) !== undefined;
    return { user: signedIn?.user ?? null, expires_in: signedIn?.expires_in ?? null, renewable };
  }

  /** DomainErrors with which the session is over (401), or why it could not be asked. */
  async refresh(request: Request): Promise<Tokens> {
    refuseHeader(request);
    const token = cookieOf(request.headers.cookie, refreshCookie);
    if (token === undefined) {
      throw new DomainError('auth.required', 'This browser is not signed in. Sign in with name and password.');
    }
    const body = RefreshRequest.safeParse({ refresh_token: token });
    if (!body.success) throw new DomainError('auth.token_invalid', 'The refresh cookie is not valid. Sign in again.');
    return this.auth.refresh({ ...(await this.sealed.of(body.data, request)), web: true });
  }

  /** Ends the session, if there still is one: also after the access cookie's end, as long as the refresh cookie is there. */
  async end(request: Request): Promise<void> {
    refuseHeader(request);
    const actor = await this.actorOf(request);
    if (actor) await this.auth.logout({}, { actor });
  }

  private async actorOf(request: Request): Promise<Actor | undefined> {
    const principal = await unlessOver(this.principal(request));
    if (principal) return principal.actor;
    const renewed = await unlessOver(this.refresh(request));
    if (!renewed) return undefined;
    return (await this.tokens.authenticate(`Bearer ${renewed.access_token}`)).actor;
  }

  private async signedIn(request: Request): Promise<Pick<WebSessionState, 'user' | 'expires_in'>> {
    const { actor, expiresAt } = await this.principal(request);
    const expiresIn = Math.max(0, Math.floor((expiresAt - Date.now()) / 1000));
    return { user: await this.auth.me({}, { actor }), expires_in: expiresIn };
  }

  private principal(request: Request): Promise<Principal> {
    return this.tokens.authenticate(credentialOf({ cookie: request.headers.cookie }).authorization);
  }
}

/** True for refusals after which only a sign-in helps. */
export function isOver(error: unknown): boolean {
  return error instanceof DomainError && statusOf[error.code] === 401;
}

async function unlessOver<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isOver(error)) return undefined;
    throw error;
  }
}

/** Who asks by a header means another session than that of the cookies, or none: nothing is guessed. */
function refuseHeader({ headers }: Request): void {
  if (headers.authorization === undefined) return;
  throw new DomainError(
    'request.invalid',
    'This is asked by cookies. Leave out the Authorization header, or use POST /auth/refresh and /auth/logout.',
  );
}
