import { authRpc, type Empty, type SetupState, type Tokens, type User } from '@aicode/contracts';
import { RpcHandler, type CallContext } from '@aicode/service-kit';
import { Controller, Inject } from '@nestjs/common';
import type { JWK } from 'jose';
import type { z } from 'zod';

import type { Auth } from './auth.js';
import { login } from './login.js';
import { logout } from './logout.js';
import { me } from './me.js';
import { refresh } from './refresh.js';
import { setup } from './setup.js';
import { hasAdministrator } from './users.repository.js';

/** Injection token of what the verbs work with. */
export const AUTH = Symbol('auth');

@Controller()
export class AuthRpc {
  constructor(@Inject(AUTH) private readonly auth: Auth) {}

  @RpcHandler(authRpc.keys)
  keys(): { signing: JWK[]; sealing: JWK } {
    return { signing: [this.auth.signing.publicJwk], sealing: this.auth.sealing.publicJwk };
  }

  @RpcHandler(authRpc.login)
  login(input: z.output<typeof authRpc.login.input>, call: CallContext): Promise<Tokens> {
    return login(this.auth, input, call.signal);
  }

  @RpcHandler(authRpc.refresh)
  refresh(input: z.output<typeof authRpc.refresh.input>): Promise<Tokens> {
    return refresh(this.auth, input);
  }

  @RpcHandler(authRpc.setup)
  setup(input: z.output<typeof authRpc.setup.input>): Promise<Tokens> {
    return setup(this.auth, input);
  }

  @RpcHandler(authRpc.setupState)
  async setupState(): Promise<SetupState> {
    return { needed: !(await this.auth.database.read(hasAdministrator)) };
  }

  @RpcHandler(authRpc.logout)
  async logout(_input: Empty, call: CallContext): Promise<Empty> {
    await logout(this.auth, call.actor);
    return {};
  }

  @RpcHandler(authRpc.me)
  me(_input: Empty, call: CallContext): Promise<User> {
    return me(this.auth, call.actor);
  }
}
