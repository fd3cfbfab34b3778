import { homeDirectory } from '@aicode/service-kit';

import { parseCommandLine, usage } from './command-line.js';
import { exitCodeOf, messageOf } from './exit-code.js';
import { listenForStop } from './stop-signals.js';

/** Runs one command line; answers with its exit code. */
export async function run(args: string[]): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    const command = parseCommandLine(args);
    const home = homeDirectory();
    switch (command.name) {
      case 'help':
        say(usage);
        return 0;
      case 'doctor':
        return await (await import('./doctor/doctor.js')).doctor({ home, json: command.json, say });
      case 'serve':
        return await (
          await import('./serve.js')
        ).serve({ home, demoModel: command.demoModel, port: command.port, stop: listenForStop(), say });
    }
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return exitCodeOf(error);
  }
}
