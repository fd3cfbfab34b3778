import { setTimeout as pause } from 'node:timers/promises';

import type { WorkspaceStats } from '@aicode/contracts';
import { Args, Flags } from '@oclif/core';

import { ServerCommand } from '../../base-command.js';
import { jsonText } from '../../terminal/json-text.js';
import { statsLines } from '../../workspaces/container-words.js';
import { findWorkspace } from '../../workspaces/find-workspace.js';

const everyMs = 1000;

export default class WorkspaceShowStats extends ServerCommand {
  static override description = 'Show what the containers of a workspace use: CPU, memory, processes, network, disk.';
  static override examples = [
    '<%= config.bin %> workspace stats shop',
    '<%= config.bin %> workspace stats shop --watch',
    '<%= config.bin %> workspace stats shop --watch --json > stats.ndjson',
  ];
  static override args = {
    workspace: Args.string({ ignoreStdin: true, description: "Name or id; the current directory's if not given" }),
  };
  static override flags = {
    watch: Flags.boolean({ default: false, description: 'Again each second, until Ctrl-C; with --json a line each' }),
  };

  async run(): Promise<WorkspaceStats | undefined> {
    const { args, flags } = await this.parse(WorkspaceShowStats);
    const client = await this.client(flags);
    const { id } = await findWorkspace(client, args.workspace, process.cwd());
    const ask = (signal?: AbortSignal): Promise<WorkspaceStats> => client.workspaces.stats({ id }, { signal });
    if (flags.watch) return this.watch(ask);
    const stats = await ask();
    this.say(...statsLines(stats, this.stdout.width));
    return stats;
  }

  private async watch(ask: (signal: AbortSignal) => Promise<WorkspaceStats>): Promise<undefined> {
    const stop = new AbortController();
    const end = (): void => stop.abort();
    process.once('SIGINT', end);
    // Whoever read our output has gone.
    process.stdout.once('error', end);
    try {
      for (let drawn = 0; ; await pause(everyMs, undefined, { signal: stop.signal })) {
        drawn = this.draw(await ask(stop.signal), drawn);
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    } finally {
      process.off('SIGINT', end);
      process.stdout.off('error', end);
    }
    return undefined;
  }

  /** On a terminal in the place of the lines before. @returns how many lines there are now */
  private draw(stats: WorkspaceStats, drawn: number): number {
    if (this.jsonEnabled()) {
      process.stdout.write(`${jsonText(stats)}\n`);
      return 0;
    }
    const lines = statsLines(stats, this.stdout.width);
    if (this.stdout.interactive && drawn > 0) process.stdout.write(`\u001b[${drawn}A\u001b[J`);
    this.say(...lines);
    return lines.length;
  }
}
