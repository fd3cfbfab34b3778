import { rm } from 'node:fs/promises';

import { Flags } from '@oclif/core';

import { AicliCommand } from '../base-command.js';
import { exitCodes } from '../exit-codes.js';
import { CliFailure } from '../failure.js';
import { readPlatformState } from '../platform/platform-state.js';
import { stopProcess } from '../platform/stop-platform.js';

export default class Down extends AicliCommand {
  static override description =
    'Stop the platform on this machine in order: running tasks get their grace time and are taken up again at the next start.';
  static override examples = ['<%= config.bin %> down', '<%= config.bin %> down --force'];
  static override flags = {
    force: Flags.boolean({ default: false, description: 'End it at once if it does not stop in time' }),
    timeout: Flags.integer({ helpValue: 'SECONDS', description: 'How long it may take', default: 60, min: 1 }),
  };

  async run(): Promise<{ stopped: boolean; pid: number | null; forced: boolean }> {
    const { flags } = await this.parse(Down);
    const state = readPlatformState(this.files.platformState);
    if (!state) {
      this.say('The platform does not run.');
      return { stopped: false, pid: null, forced: false };
    }
    this.note('Stopping …');
    let forced = false;
    if (!(await stopProcess(state.pid, 'SIGTERM', flags.timeout * 1000))) {
      if (!flags.force) {
        const what = `The platform (process ${state.pid}) has not stopped after ${flags.timeout} s.`;
        throw new CliFailure(
          exitCodes.timedOut,
          what,
          'Wait and look (aicli status), or end it at once: aicli down --force',
        );
      }
      forced = true;
      await stopProcess(state.pid, 'SIGKILL', 10_000);
      await rm(this.files.platformState, { force: true });
    }
    this.say(forced ? 'The platform was ended.' : 'The platform has stopped.');
    return { stopped: true, pid: state.pid, forced };
  }
}
