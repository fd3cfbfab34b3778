import { DomainError, LoginRequest, type Tokens } from '@aicode/contracts';
import type { z } from 'zod';

import type { Auth, SealedRequest } from './auth.js';
import { passwordMatches } from './password.js';
import { startSession } from './start-session.js';
import { tokensFor } from './tokens.js';
import type { UserEntity } from './user.entity.js';
import { findUserByName } from './users.repository.js';

export async function login(auth: Auth, input: SealedRequest, signal: AbortSignal): Promise<Tokens> {
  const request = await auth.sealing.open(input.sealed, LoginRequest, 'sign-in');
  const user = await auth.passwordTurn(() => authenticate(auth, request, input.origin.address), signal);
  const now = Date.now();
  const started = await auth.database.write((manager) =>
    startSession(manager, user.id, input.origin, new Date(now).toISOString()),
  );
  return tokensFor(auth, user, started, now);
}

/** The same work and the same answer whether the name is unknown, the password wrong or the user disabled. */
async function authenticate(
  auth: Auth,
  { username, password }: z.output<typeof LoginRequest>,
  address: string,
): Promise<UserEntity> {
  await auth.throttle.begin(username, address);
  const user = await auth.database.read((manager) => findUserByName(manager, username));
  const matches = await passwordMatches(user?.password_hash, password);
  if (user === null || !matches || user.disabled_at !== null) {
    throw new DomainError(
      'auth.invalid_credentials',
      'The name or the password is not right. Check both and try again.',
    );
  }
  await auth.throttle.succeed(username, address);
  return user;
}
