import type { ApiClient } from '@aicode/api-client';
import type { Tokens, User } from '@aicode/contracts';
import { Flags } from '@oclif/core';

import { ServerCommand } from '../base-command.js';
import { exitCodes } from '../exit-codes.js';
import { CliFailure } from '../failure.js';
import { ask, readAll } from '../terminal/ask.js';

export default class Login extends ServerCommand {
  static override description =
    'Sign in. On the machine of the platform whoever started it needs no password. The password is asked for, or read from standard input.';
  static override examples = [
    '<%= config.bin %> login',
    '<%= config.bin %> login --server https://aicli.example.org --username ada',
    '<%= config.bin %> login --username ada < password.txt',
    '<%= config.bin %> login --setup',
  ];
  static override flags = {
    username: Flags.string({ char: 'u', helpValue: 'NAME', description: 'Who' }),
    setup: Flags.boolean({
      default: false,
      description: "Become the first administrator, with the one-time set-up link that the platform's console shows",
    }),
  };

  async run(): Promise<User & { server: string }> {
    const { flags } = await this.parse(Login);
    const address = await this.findServer(flags.server);
    const { client, session, asLocalAdmin } = await this.signedIn(flags);
    const byFile = flags.username === undefined && !flags.setup ? await asLocalAdmin() : null;
    const tokens =
      byFile ?? (flags.setup ? await this.setUp(client, flags.username) : await this.signIn(client, flags.username));
    await session.keep(tokens);
    await this.store.setSignedOut(address.url, false);
    await this.store.setServer(address.local ? null : address.url);
    this.say(`Signed in as ${tokens.user.username} (${tokens.user.role}) at ${address.url}.`);
    return { ...tokens.user, server: address.url };
  }

  private async signIn(client: ApiClient, named: string | undefined): Promise<Tokens> {
    // Asks the server before it asks the person.
    await client.health.live();
    const username = named ?? (await this.answer('Username: '));
    return client.auth.login({ username, password: await this.secret('Password: ') });
  }

  private async setUp(client: ApiClient, named: string | undefined): Promise<Tokens> {
    if (!process.stdin.isTTY) throw new CliFailure(exitCodes.usage, 'The set-up asks questions and needs a terminal.');
    await client.health.live();
    const token = tokenOf(await this.answer('Set-up link, or the token in it: '));
    const username = named ?? (await this.answer('Your username: '));
    const password = await this.secret('A password of 12 characters or more: ');
    if (password !== (await this.secret('Once more: '))) {
      throw new CliFailure(exitCodes.usage, 'The passwords differ.', 'Try again: aicli login --setup');
    }
    return client.auth.setup({ token, username, password });
  }

  private async answer(question: string): Promise<string> {
    if (process.stdin.isTTY) return (await ask(question, { input: process.stdin, output: process.stderr })).trim();
    throw new CliFailure(
      exitCodes.usage,
      'Who signs in is not said.',
      'Say it with --username, and give the password on standard input.',
    );
  }

  private async secret(question: string): Promise<string> {
    if (process.stdin.isTTY) return ask(question, { input: process.stdin, output: process.stderr }, { secret: true });
    return (await readAll(process.stdin)).replace(/\r?\n$/, '');
  }
}

/** The link holds the token behind its last `=`, `#` or `/`. */
function tokenOf(link: string): string {
  return /[^=#/]*$/.exec(link.trim())?.[0] ?? '';
}
