import { resolve } from 'node:path';

import type { Workspace, WorkspaceSource } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';
import { Args, Flags } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { exitCodes } from '../../exit-codes.js';
import { CliFailure } from '../../failure.js';
import { containerFlags, settingsOf } from '../../workspaces/container-flags.js';
import { waitUntilReady } from '../../workspaces/wait-until-ready.js';
import { workspaceFacts } from '../../workspaces/workspace-words.js';

export default class WorkspaceCreate extends ServerCommand {
  static override description =
    'Create a workspace: empty, of a folder on the machine of the platform (used in place, never copied or deleted), or of a git repository.';
  static override examples = [
    '<%= config.bin %> workspace create shop --path .',
    '<%= config.bin %> workspace create site --git https://github.com/me/site.git --branch main',
    '<%= config.bin %> workspace create api --memory 4g --network allowlist --allow preset:npm',
  ];
  static override args = { name: Args.string({ ignoreStdin: true, required: true, description: 'Its name' }) };
  static override flags = {
    path: Flags.string({ helpValue: 'DIR', description: 'Use this folder', exclusive: ['git'] }),
    git: Flags.string({ helpValue: 'URL', description: 'Clone this repository' }),
    branch: Flags.string({ helpValue: 'NAME', description: 'Branch to clone', dependsOn: ['git'] }),
    ...containerFlags,
    'no-wait': Flags.boolean({ default: false, description: 'Do not wait until its files are there' }),
  };

  async run(): Promise<Workspace> {
    const { args, flags } = await this.parse(WorkspaceCreate);
    const client = await this.client(flags);
    const created = await client.workspaces.create({
      name: args.name,
      source: sourceOf(flags),
      container: settingsOf(flags, process.env),
    });
    if (created.state === 'creating' && !flags['no-wait']) this.note(`Creating ${safeLine(created.name)} …`);
    const workspace = flags['no-wait'] ? created : await waitUntilReady(client, created);
    if (workspace.state === 'failed') {
      throw new CliFailure(
        exitCodes.taskFailed,
        `The workspace could not be made: ${safeLine(workspace.reason ?? 'for an unknown reason')}`,
        `Remove it, and try again: aicli workspace delete ${workspace.id}`,
      );
    }
    this.say(...workspaceFacts(workspace), '', `Give it work: aicli task run "…" -w ${quoted(workspace.name)}`);
    return workspace;
  }
}

function sourceOf(flags: {
  path?: string | undefined;
  git?: string | undefined;
  branch?: string | undefined;
}): WorkspaceSource {
  if (flags.path !== undefined) return { type: 'path', path: resolve(flags.path) };
  if (flags.git === undefined) return { type: 'empty' };
  return { type: 'git', url: flags.git, ...(flags.branch === undefined ? {} : { branch: flags.branch }) };
}

function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `"${safeLine(name)}"`;
}
