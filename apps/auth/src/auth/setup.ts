import { DomainError, SetupRequest, type Tokens } from '@aicode/contracts';
import type { EntityManager } from 'typeorm';

import type { Auth, SealedRequest } from './auth.js';
import { newAdministrator } from './new-administrator.js';
import { hashOpaqueToken } from './opaque-token.js';
import { hashPassword } from './password.js';
import { setupLinkWorks, useUpSetupLinks } from './setup-links.repository.js';
import { startSession } from './start-session.js';
import { tokensFor } from './tokens.js';
import { hasAdministrator, insertUser } from './users.repository.js';

/** Makes the first administrator with the token of the console's link, and signs them in. */
export async function setup(auth: Auth, input: SealedRequest): Promise<Tokens> {
  const request = await auth.sealing.open(input.sealed, SetupRequest, 'set-up');
  const now = Date.now();
  const at = new Date(now).toISOString();
  const tokenHash = hashOpaqueToken(request.token);
  // Before the costly hash, and again in the transaction, where it counts.
  await auth.database.read((manager) => refuseUnlessOpen(manager, tokenHash, at));
  const admin = newAdministrator(request.username, await hashPassword(request.password), at);
  const started = await auth.database.write(async (manager) => {
    await refuseUnlessOpen(manager, tokenHash, at);
    if (!(await useUpSetupLinks(manager, at))) throw linkInvalid();
    // PostgreSQL: the statement above waited for whoever was first, and may have let us through with another link.
    if (await hasAdministrator(manager)) throw setupDone();
    await insertUser(manager, admin);
    return startSession(manager, admin.id, input.origin, at);
  });
  return tokensFor(auth, admin, started, now);
}

async function refuseUnlessOpen(manager: EntityManager, tokenHash: string, at: string): Promise<void> {
  if (await hasAdministrator(manager)) throw setupDone();
  if (!(await setupLinkWorks(manager, tokenHash, at))) throw linkInvalid();
}

function setupDone(): DomainError {
  return new DomainError('auth.setup_done', 'There is an administrator already. Sign in, or ask them for an account.');
}

function linkInvalid(): DomainError {
  return new DomainError(
    'auth.setup_link_invalid',
    'This set-up link is not valid: it was used, has run out, or a restart replaced it. Restart the platform to get a new one on its console.',
  );
}
