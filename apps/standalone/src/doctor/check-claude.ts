import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { DomainError } from '@aicode/contracts';

import { fail, ok, type Check } from './check.js';

const remedy = 'Run `npm ci` again with optional dependencies, or set runner.cli_path in server.yaml.';

/** @param find path of the CLI; throws if there is none */
export async function checkClaude(find: () => string): Promise<Check> {
  try {
    // An environment of its own: the CLI must not find a person's settings or keys for a question about its version.
    const { stdout } = await promisify(execFile)(find(), ['--version'], {
      timeout: 15_000,
      env: { HOME: '/nonexistent' },
    });
    return ok('claude', `Claude CLI ${stdout.trim()}.`);
  } catch (error) {
    const message = error instanceof DomainError ? error.message : 'The Claude CLI does not run on this machine.';
    return fail('claude', message, remedy);
  }
}
