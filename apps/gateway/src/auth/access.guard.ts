import { DomainError, may, type Actor, type Route, type ServerConfig } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

import { RequestRates } from '../http/request-rates.js';
import { routeOf } from '../http/route.decorator.js';
import { AccessTokens } from './access-tokens.js';
import { credentialOf } from './credential.js';
import { requireOwnPage } from './own-pages.js';

/** What changes nothing needs no proof of where it comes from. */
const safeMethods = new Set(['GET', 'HEAD']);

/** Who may call what follows from the route alone; what has no route nobody may call. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly server: ServerConfig['server'];

  constructor(
    context: ServiceContext,
    private readonly tokens: AccessTokens,
    private readonly rates: RequestRates,
  ) {
    this.server = context.config.server;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const route = routeOf(context);
    const request = context.switchToHttp().getRequest<Request>();
    if (route?.access === 'public') {
      this.rates.take(`address ${request.ip}`);
      if (route.ownPages) requireOwnPage(this.server, request.headers);
      return true;
    }
    const { by, authorization } = credentialOf(request.headers);
    if (by === 'cookie' && !safeMethods.has(request.method)) requireOwnPage(this.server, request.headers);
    const principal = await this.tokens.authenticate(authorization);
    request.principal = principal;
    this.rates.take(`user ${principal.actor.user_id}`);
    requireAccess(principal.actor, route?.access);
    return true;
  }
}

/** DomainError `auth.forbidden` if the actor may not. */
export function requireAccess(actor: Actor, access: Route['access'] | undefined): void {
  if (access === 'signed-in' || access === 'public') return;
  if (access !== undefined && may(actor, access)) return;
  throw new DomainError(
    'auth.forbidden',
    `The role ${actor.role} may not do this. Ask an administrator for another role.`,
  );
}
