import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { DomainError } from '@aicode/contracts';

import type { Asked } from './asked-otherwise.js';

/** The program of the platform: AICLI_PLATFORM, or the one that is built beside aicli. */
export function platformProgram(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const named = env['AICLI_PLATFORM'];
  const program = named ? resolve(named) : fileURLToPath(new URL('../../../standalone/dist/main.js', import.meta.url));
  if (existsSync(program)) return program;
  const next = env['AICLI_PLATFORM']
    ? 'Correct AICLI_PLATFORM.'
    : 'Build it: npm run build. Or name it by AICLI_PLATFORM.';
  throw new DomainError('platform.start_failed', `The program of the platform is not at ${program}. ${next}`);
}

/** Its arguments for `up`. */
export function serveArguments(flags: Asked): string[] {
  return [
    'serve',
    ...(flags.demoModel ? ['--demo-model'] : []),
    ...(flags.port === undefined ? [] : ['--port', String(flags.port)]),
  ];
}

/** Its environment: ours, and the first administrator is the person who starts it, unless they say otherwise. */
export function serveEnvironment(home: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const config = env['AICLI_CONFIG'];
  return {
    AICLI_AUTH_FIRST_ADMIN: 'local',
    ...env,
    AICLI_HOME: home,
    // It starts in another folder than we did.
    ...(config ? { AICLI_CONFIG: resolve(config) } : {}),
  };
}
