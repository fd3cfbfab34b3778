import { authRoutes, authRpc, type SetupState, type Tokens, type User } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Controller, Req } from '@nestjs/common';
import type { Request } from 'express';

import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';
import { SealedRequests } from './sealed-requests.js';

@Controller()
export class AuthController {
  private readonly auth;

  constructor(
    context: ServiceContext,
    private readonly sealed: SealedRequests,
  ) {
    this.auth = context.rpc.client(authRpc);
  }

  @Route(authRoutes.login)
  async login(@Input() { body }: RouteInput<typeof authRoutes.login>, @Req() request: Request): Promise<Tokens> {
    return this.auth.login(await this.sealed.of(body, request));
  }

  @Route(authRoutes.refresh)
  async refresh(@Input() { body }: RouteInput<typeof authRoutes.refresh>, @Req() request: Request): Promise<Tokens> {
    return this.auth.refresh(await this.sealed.of(body, request));
  }

  @Route(authRoutes.setup)
  async setup(@Input() { body }: RouteInput<typeof authRoutes.setup>, @Req() request: Request): Promise<Tokens> {
    return this.auth.setup(await this.sealed.of(body, request));
  }

  @Route(authRoutes.setupState)
  setupState(): Promise<SetupState> {
    return this.auth.setupState({});
  }

  @Route(authRoutes.logout)
  async logout(): Promise<void> {
    await this.auth.logout({});
  }

  @Route(authRoutes.me)
  me(): Promise<User> {
    return this.auth.me({});
  }
}
