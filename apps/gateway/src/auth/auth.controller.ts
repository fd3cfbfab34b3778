import { authRoutes, authRpc, line, type SignInOrigin, type Tokens, type User } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Controller, Req } from '@nestjs/common';
import type { Request } from 'express';

import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';
import { AuthKeys } from './auth-keys.js';
import { seal } from './seal.js';

@Controller()
export class AuthController {
  private readonly auth;

  constructor(
    context: ServiceContext,
    private readonly keys: AuthKeys,
  ) {
    this.auth = context.rpc.client(authRpc);
  }

  @Route(authRoutes.login)
  async login(@Input() { body }: RouteInput<typeof authRoutes.login>, @Req() request: Request): Promise<Tokens> {
    return this.auth.login(await this.sealed(body, request));
  }

  @Route(authRoutes.refresh)
  async refresh(@Input() { body }: RouteInput<typeof authRoutes.refresh>, @Req() request: Request): Promise<Tokens> {
    return this.auth.refresh(await this.sealed(body, request));
  }

  @Route(authRoutes.setup)
  async setup(@Input() { body }: RouteInput<typeof authRoutes.setup>, @Req() request: Request): Promise<Tokens> {
    return this.auth.setup(await this.sealed(body, request));
  }

  @Route(authRoutes.logout)
  async logout(): Promise<void> {
    await this.auth.logout({});
  }

  @Route(authRoutes.me)
  me(): Promise<User> {
    return this.auth.me({});
  }

  private async sealed(body: object, request: Request): Promise<{ sealed: string; origin: SignInOrigin }> {
    return { sealed: await seal(body, await this.keys.sealing()), origin: originOf(request) };
  }
}

function originOf(request: Request): SignInOrigin {
  const agent = line(512).safeParse(request.get('User-Agent'));
  return { address: request.ip ?? 'unknown', user_agent: agent.data ?? null };
}
