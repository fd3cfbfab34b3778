import type { Workspace } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';
import { Args, Flags } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { exitCodes } from '../../exit-codes.js';
import { CliFailure } from '../../failure.js';
import { confirm } from '../../terminal/ask.js';
import { findWorkspace } from '../../workspaces/find-workspace.js';

export default class WorkspaceDelete extends ServerCommand {
  static override description =
    'Delete a workspace. The files of a local folder stay; those of an empty or cloned workspace are deleted with it.';
  static override examples = [
    '<%= config.bin %> workspace delete shop',
    '<%= config.bin %> workspace delete shop --force --yes',
  ];
  static override args = { workspace: Args.string({ ignoreStdin: true, required: true, description: 'Name or id' }) };
  static override flags = {
    force: Flags.boolean({ default: false, description: 'Cancel its tasks first' }),
    yes: Flags.boolean({ default: false, char: 'y', description: 'Do not ask' }),
  };

  async run(): Promise<{ deleted: string }> {
    const { args, flags } = await this.parse(WorkspaceDelete);
    const client = await this.client(flags);
    const workspace = await findWorkspace(client, args.workspace, process.cwd());
    if (!flags.yes) await this.makeSure(workspace);
    await client.workspaces.delete({ id: workspace.id, ...(flags.force ? { force: true } : {}) });
    this.say(`Deleted ${safeLine(workspace.name)} (${workspace.id}).`);
    return { deleted: workspace.id };
  }

  private async makeSure(workspace: Workspace): Promise<void> {
    const name = safeLine(workspace.name);
    if (!process.stdin.isTTY || this.jsonEnabled()) {
      throw new CliFailure(exitCodes.usage, `Deleting ${name} has to be confirmed.`, 'Say it with --yes.');
    }
    const files =
      workspace.source.type === 'path'
        ? 'Its files stay where they are.'
        : `Its files in ${safeLine(workspace.project_path)} are deleted.`;
    const sure = await confirm(`Delete the workspace ${name}? ${files}`, {
      input: process.stdin,
      output: process.stderr,
    });
    if (!sure) throw new CliFailure(exitCodes.interrupted, 'Nothing was deleted.');
  }
}
