import type { ServerConfig } from '@aicode/contracts';
import type { Database } from '@aicode/database';
import type { ServiceContext } from '@aicode/service-kit';

import { readOrMakeAdminCredential } from './admin-credential.js';
import { newAdministrator } from './new-administrator.js';
import { hashOpaqueToken, newOpaqueToken } from './opaque-token.js';
import { hashPassword } from './password.js';
import { setupLinkHours, setupNotice } from './setup-link.js';
import { replaceSetupLinks } from './setup-links.repository.js';
import { hasAdministrator, insertUser } from './users.repository.js';

/** Sees to it that somebody can become the first administrator. Does nothing once there is one. */
export async function provideFirstAdmin(context: ServiceContext, database: Database): Promise<void> {
  if (await database.read(hasAdministrator)) return;
  if (context.config.auth.first_admin === 'local') {
    if (await makeLocalAdmin(database, context.paths.adminCredential)) {
      context.log.info(
        { file: context.paths.adminCredential },
        'made the first administrator; the file holds the credential',
      );
    }
  } else {
    await offerSetupLink(database, context.config.server);
  }
}

/**
 * Makes the administrator whose credential lies in a file of the owner. The file is written first: if we die in between,
 * the next start goes on with it, and no state exists in which there is an administrator whose password nobody has.
 * True if this call made them.
 */
export async function makeLocalAdmin(database: Database, credentialPath: string): Promise<boolean> {
  const credential = await readOrMakeAdminCredential(credentialPath);
  const at = new Date().toISOString();
  const admin = newAdministrator(credential.username, await hashPassword(credential.password), at);
  try {
    return await database.write(async (manager) => {
      if (await hasAdministrator(manager)) return false;
      await insertUser(manager, admin);
      return true;
    });
  } catch (error) {
    // Another replica was first with the same credential: the name is unique.
    if (await database.read(hasAdministrator)) return false;
    throw error;
  }
}

/**
 * Prints a new set-up link, in place of any earlier one. It goes straight to the console and not through the logger:
 * logs are kept and shipped, and the link makes an administrator of whoever opens it.
 */
async function offerSetupLink(database: Database, server: ServerConfig['server']): Promise<void> {
  const token = newOpaqueToken('setup');
  const now = Date.now();
  await database.write((manager) =>
    replaceSetupLinks(manager, {
      token_hash: hashOpaqueToken(token),
      created_at: new Date(now).toISOString(),
      expires_at: new Date(now + setupLinkHours * 3_600_000).toISOString(),
      used_at: null,
    }),
  );
  process.stdout.write(`${setupNotice(server, token)}\n`);
}
