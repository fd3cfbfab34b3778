import { line, type SignInOrigin } from '@aicode/contracts';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';

import { AuthKeys } from './auth-keys.js';
import { seal } from './seal.js';

/** Requests to auth that hold a secret, sealed for it, with where they come from. */
@Injectable()
export class SealedRequests {
  constructor(private readonly keys: AuthKeys) {}

  async of(body: object, request: Request): Promise<{ sealed: string; origin: SignInOrigin }> {
    return { sealed: await seal(body, await this.keys.sealing()), origin: originOf(request) };
  }
}

function originOf(request: Request): SignInOrigin {
  const agent = line(512).safeParse(request.get('User-Agent'));
  return { address: request.ip ?? 'unknown', user_agent: agent.data ?? null };
}
