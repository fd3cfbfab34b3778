import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { safeText, type Style } from '@aicode/log-view';
import { z } from 'zod';

import { AicliCommand } from '../base-command.js';
import { exitCodes } from '../exit-codes.js';
import { CliFailure } from '../failure.js';
import { platformProgram, serveEnvironment } from '../platform/program.js';

const Report = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['ok', 'warn', 'fail']),
      message: z.string(),
      remedy: z.string().nullable(),
    }),
  ),
});
type Report = z.infer<typeof Report>;

const signs: Record<Report['checks'][number]['state'], [string, Style]> = {
  ok: ['✔', { fg: 2 }],
  warn: ['!', { fg: 3 }],
  fail: ['✖', { fg: 1 }],
};
const limitMs = 60_000;

export default class Doctor extends AicliCommand {
  static override description =
    'Look at everything that the platform needs on this machine, and say what to do about what is missing. Changes nothing.';
  static override examples = ['<%= config.bin %> doctor'];

  async run(): Promise<Report> {
    await this.parse(Doctor);
    const report = await this.examine();
    for (const { name, state, message, remedy } of report.checks) {
      const [sign, style] = signs[state];
      this.say(`${this.stdout.paint(sign, style)} ${safeText(name)}: ${safeText(message)}`);
      if (remedy !== null)
        this.say(
          ...safeText(remedy)
            .split('\n')
            .map((line) => `    ${line}`),
        );
    }
    this.say('', report.ok ? 'Everything that is needed is here.' : 'Something that is needed is missing.');
    if (!report.ok) process.exitCode = exitCodes.taskFailed;
    return report;
  }

  private async examine(): Promise<Report> {
    const child = spawn(process.execPath, [platformProgram(), 'doctor', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: serveEnvironment(this.files.home),
      timeout: limitMs,
    });
    const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    try {
      return Report.parse(JSON.parse(output));
    } catch {
      throw new CliFailure(
        exitCodes.taskFailed,
        `The doctor could not look: ${safeText(complaints.trim() || output.trim())}`,
      );
    }
  }
}
