import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { fail, ok, type Check } from './check.js';

export async function checkGit(program = 'git'): Promise<Check> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: 5000 });
    return ok('git', `${stdout.trim()}.`);
  } catch {
    return fail('git', 'git was not found.', 'Install it: `sudo apt-get install git`.');
  }
}
