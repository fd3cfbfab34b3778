import { ApiError } from '@aicode/api-client';

import { ServerCommand } from '../base-command.js';

export default class Logout extends ServerCommand {
  static override description = 'Sign out: the session ends on the server at once, and is forgotten here.';
  static override examples = ['<%= config.bin %> logout'];

  async run(): Promise<{ server: string; signed_out: true }> {
    const { flags } = await this.parse(Logout);
    const { url } = await this.findServer(flags.server);
    // Before anything else: what is asked for must not sign in again by itself.
    await this.store.setSignedOut(url, true);
    const { client, session } = await this.signedIn(flags);
    try {
      if ((await session.current()) !== null) await client.auth.logout();
    } catch (error) {
      // A session that is over is what was wanted.
      if (!(error instanceof ApiError && error.status === 401)) throw error;
    } finally {
      await session.forget();
      if ((await this.store.server()) === url) await this.store.setServer(null);
    }
    this.say(`Signed out of ${url}.`);
    return { server: url, signed_out: true };
  }
}
