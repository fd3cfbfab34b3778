import type { WorkspaceDiff } from '@aicode/contracts';
import { Args, Flags } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { patchLines, plainPatch, statLines } from '../../workspaces/diff-words.js';
import { findWorkspace } from '../../workspaces/find-workspace.js';

export default class WorkspaceShowDiff extends ServerCommand {
  static override description =
    'Show what was changed in a workspace since its last commit, new files too. Without a terminal it is a patch for git apply.';
  static override examples = [
    '<%= config.bin %> workspace diff shop',
    '<%= config.bin %> workspace diff shop --stat',
    '<%= config.bin %> workspace diff shop | git apply',
  ];
  static override args = {
    workspace: Args.string({ ignoreStdin: true, description: "Name or id; the current directory's if not given" }),
  };
  static override flags = {
    stat: Flags.boolean({ default: false, description: 'Only the files, and how many lines came and went' }),
  };

  async run(): Promise<WorkspaceDiff> {
    const { args, flags } = await this.parse(WorkspaceShowDiff);
    const client = await this.client(flags);
    const { id } = await findWorkspace(client, args.workspace, process.cwd());
    const diff = await client.files.diff({ id });
    if (diff.base === null) this.note('There is no git repository in this workspace, so nothing to compare with.');
    else if (diff.files.length === 0) this.note(`Nothing was changed since ${diff.base.slice(0, 12)}.`);
    else this.show(diff, flags.stat);
    return diff;
  }

  private show(diff: WorkspaceDiff, stat: boolean): void {
    if (stat) this.say(...statLines(diff, this.stdout.width, this.stdout.paint));
    else if (this.stdout.interactive) this.say(...patchLines(diff, this.stdout.paint));
    else if (!this.jsonEnabled()) process.stdout.write(plainPatch(diff));
    if (diff.truncated) this.note('There is more than is shown here: look at the files themselves for the rest.');
  }
}
