import type { ApiClient } from '@aicode/api-client';
import { Command, Errors, Flags } from '@oclif/core';

import { configuredAddress } from './config/configured-address.js';
import { exitCodes } from './exit-codes.js';
import { CliFailure, failureJson, failureLines, failureOf, type FailureContext } from './failure.js';
import { homeFiles, type HomeFiles } from './home.js';
import { readPlatformState } from './platform/platform-state.js';
import { serverAddress, type ServerAddress } from './session/server-address.js';
import { SessionStore } from './session/session-file.js';
import { signedInClient, type SignedIn } from './session/sign-in.js';
import { jsonText } from './terminal/json-text.js';
import { terminalOf, type Terminal } from './terminal/terminal.js';

/** What every command of aicli has: `--json`, errors as sentences with a next step, exit codes, colours only where they may be. */
export abstract class AicliCommand extends Command {
  static override enableJsonFlag = true;

  protected readonly files: HomeFiles = homeFiles();
  protected readonly stdout: Terminal = terminalOf(process.stdout);
  protected readonly stderr: Terminal = terminalOf(process.stderr);

  /** Words for people: on stdout, and nowhere with --json. */
  protected say(...lines: string[]): void {
    if (!this.jsonEnabled()) process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** Words beside the result: on stderr, and nowhere with --json. */
  protected note(...lines: string[]): void {
    if (!this.jsonEnabled()) process.stderr.write(lines.map((line) => `${line}\n`).join(''));
  }

  protected override logJson(json: unknown): void {
    process.stdout.write(`${jsonText(json, 2)}\n`);
  }

  /** What a person would have to say again to reach the same server. */
  protected failureContext(): FailureContext {
    return { localServer: true, serverFlag: '', tokenGiven: false };
  }

  // oclif calls this with whatever `run` threw.
  protected override catch(error: Error): Promise<never> {
    const failure = error instanceof Errors.ExitError ? null : usageFailure(error);
    if (error instanceof Errors.ExitError) throw error;
    const { exitCode, ...words } = failureOf(failure ?? error, this.failureContext());
    const whole = { exitCode, ...words };
    if (this.jsonEnabled()) this.logJson(failureJson(whole));
    else {
      const [first = '', ...rest] = failureLines(whole);
      this.note(`${this.stderr.paint('Error:', { fg: 1, bold: true })} ${first}`, ...rest);
    }
    this.exit(exitCode);
  }
}

/** oclif's own complaints about flags and arguments. */
function usageFailure(error: Error): CliFailure | null {
  if (!(error instanceof Errors.CLIError)) return null;
  const [message = ''] = error.message.split('\nSee more help');
  return new CliFailure(exitCodes.usage, message, 'How it is used: add --help');
}

/** A command that speaks to a server. */
export abstract class ServerCommand extends AicliCommand {
  static override baseFlags = {
    server: Flags.string({
      helpGroup: 'GLOBAL',
      helpValue: 'URL',
      description: "Address of the platform (AICLI_SERVER); this machine's own if not given",
    }),
  };

  protected readonly store = new SessionStore(this.files.sessions);
  private address: ServerAddress | undefined;

  /** Which server this command speaks to. */
  protected async findServer(flag: string | undefined): Promise<ServerAddress> {
    this.address ??= await serverAddress({
      flag,
      environment: process.env['AICLI_SERVER'],
      login: await this.store.server(),
      platform: readPlatformState(this.files.platformState)?.url ?? null,
      configured: () => configuredAddress(this.files.serverYaml, process.env),
    });
    return this.address;
  }

  protected async signedIn(flags: { server?: string | undefined }): Promise<SignedIn> {
    return signedInClient({
      address: await this.findServer(flags.server),
      files: this.files,
      store: this.store,
      givenToken: process.env['AICLI_TOKEN'] || undefined,
      userAgent: `aicli/${this.config.version}`,
    });
  }

  protected async client(flags: { server?: string | undefined }): Promise<ApiClient> {
    return (await this.signedIn(flags)).client;
  }

  protected override failureContext(): FailureContext {
    const { address } = this;
    const isDefault = address === undefined || address.local || address.from === 'default';
    const flag = address?.from === 'flag' ? ` --server ${address.url}` : '';
    return { localServer: isDefault, serverFlag: flag, tokenGiven: Boolean(process.env['AICLI_TOKEN']) };
  }
}
