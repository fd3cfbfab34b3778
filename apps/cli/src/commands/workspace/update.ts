import { ContainerSettings, type Workspace } from '@aicode/contracts';
import { Args, Flags } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { exitCodes } from '../../exit-codes.js';
import { CliFailure } from '../../failure.js';
import { containerFlags, settingsOf } from '../../workspaces/container-flags.js';
import { findWorkspace } from '../../workspaces/find-workspace.js';
import { workspaceFacts } from '../../workspaces/workspace-words.js';

const settings = ContainerSettings.keyof().options;

export default class WorkspaceUpdate extends ServerCommand {
  static override description =
    'Rename a workspace, or change the settings of its container. They hold from its next start; what is given for --allow and --env is added to what is there.';
  static override examples = [
    '<%= config.bin %> workspace update shop --memory 4g --cpu 2',
    '<%= config.bin %> workspace update shop --network allowlist --allow preset:npm --allow api.example.org',
    '<%= config.bin %> workspace update shop --reset memory --reset env --env CI=true',
  ];
  static override args = { workspace: Args.string({ ignoreStdin: true, required: true, description: 'Name or id' }) };
  static override flags = {
    name: Flags.string({ description: 'Its new name' }),
    ...containerFlags,
    reset: Flags.option({
      helpGroup: 'CONTAINER',
      options: settings,
      multiple: true,
      multipleNonGreedy: true,
      description: "Give this setting back to the platform's configuration; may be repeated",
    })(),
  };

  async run(): Promise<Workspace> {
    const { args, flags } = await this.parse(WorkspaceUpdate);
    const client = await this.client(flags);
    const before = await findWorkspace(client, args.workspace, process.cwd());
    const reset = Object.fromEntries((flags.reset ?? []).map((key) => [key, null]));
    const given = settingsOf(flags, process.env, { ...before.container_settings, ...forgotten(reset) });
    const change = {
      ...reset,
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    };
    if (flags.name === undefined && Object.keys(change).length === 0) {
      throw new CliFailure(exitCodes.usage, 'There is nothing to change.', 'Say what, such as --memory 4g.');
    }
    const workspace = await client.workspaces.update({ id: before.id, name: flags.name, container: change });
    this.say(...workspaceFacts(workspace));
    if (Object.keys(change).length > 0) {
      this.note(`A container that runs goes on as it is: aicli workspace stop ${workspace.id} has it made anew.`);
    }
    return workspace;
  }
}

function forgotten(reset: Record<string, null>): Pick<ContainerSettings, 'allow' | 'env'> {
  return { ...('allow' in reset ? { allow: [] } : {}), ...('env' in reset ? { env: {} } : {}) };
}
