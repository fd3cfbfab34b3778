import type { User } from '@aicode/contracts';

import { ServerCommand } from '../base-command.js';

export default class Whoami extends ServerCommand {
  static override description = 'Show who is signed in, and where.';
  static override examples = ['<%= config.bin %> whoami'];

  async run(): Promise<User & { server: string }> {
    const { flags } = await this.parse(Whoami);
    const client = await this.client(flags);
    const user = await client.auth.me();
    this.say(`${user.username} (${user.role}) at ${client.server}`);
    return { ...user, server: client.server };
  }
}
