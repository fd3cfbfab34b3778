import { readFileSync } from 'node:fs';

import { NetworkPolicy, type ContainerSettings, type CreateWorkspace } from '@aicode/contracts';
import { Flags } from '@oclif/core';
import type { z } from 'zod';

import { exitCodes } from '../exit-codes.js';
import { CliFailure } from '../failure.js';
import { decimalFlag } from '../terminal/decimal-flag.js';

type Environment = Readonly<Record<string, string | undefined>>;
/** Settings as they are sent: sizes may be text like `2g`. */
export type GivenSettings = NonNullable<z.input<typeof CreateWorkspace>['container']>;

/** The settings of a workspace's container as flags; the server checks them. */
export const containerFlags = {
  image: Flags.string({ helpGroup: 'CONTAINER', helpValue: 'NAME', description: 'Image that it is made from' }),
  dockerfile: Flags.string({
    helpGroup: 'CONTAINER',
    helpValue: 'FILE',
    description: 'Dockerfile that its image is built from, alone: nothing can be copied into it',
  }),
  cpu: decimalFlag({ helpGroup: 'CONTAINER', helpValue: '1.5', description: 'Cores' }),
  memory: Flags.string({ helpGroup: 'CONTAINER', helpValue: '2g', description: 'Memory, with its /tmp' }),
  disk: Flags.string({ helpGroup: 'CONTAINER', helpValue: '10g', description: 'Disk for its files' }),
  pids: Flags.integer({ helpGroup: 'CONTAINER', helpValue: '512', description: 'Processes and threads' }),
  network: Flags.option({
    helpGroup: 'CONTAINER',
    options: NetworkPolicy.options,
    description: 'No network, named hosts only, or the internet',
  })(),
  allow: Flags.string({
    helpGroup: 'CONTAINER',
    helpValue: 'HOST',
    multiple: true,
    multipleNonGreedy: true,
    description: 'Host for --network allowlist: example.org, *.example.org, preset:npm; may be repeated',
  }),
  env: Flags.string({
    helpGroup: 'CONTAINER',
    helpValue: 'KEY=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    description:
      'Environment variable for everything that runs in it; KEY alone takes the value from here; may be repeated. Not for secrets',
  }),
};

type Values = { [K in Exclude<keyof GivenSettings, 'env' | 'allow'>]?: GivenSettings[K] } & {
  allow?: string[] | undefined;
  env?: string[] | undefined;
};

/** What the flags set. @param before lists and variables to which those of the flags are added */
export function settingsOf(
  flags: Values,
  environment: Environment,
  before: Pick<ContainerSettings, 'allow' | 'env'> = {},
): GivenSettings {
  const { image, dockerfile, cpu, memory, disk, pids, network, allow, env } = flags;
  const settings: GivenSettings = { image, cpu, memory, disk, pids, network };
  if (dockerfile !== undefined) settings.dockerfile = readDockerfile(dockerfile);
  if (allow) settings.allow = [...new Set([...(before.allow ?? []), ...allow])];
  if (env) settings.env = { ...before.env, ...variablesOf(env, environment) };
  return settings;
}

function readDockerfile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CliFailure(exitCodes.usage, `The Dockerfile ${path} cannot be read.`, 'Check its path and mode.');
  }
}

/** `KEY=VALUE`, or `KEY` with the value of our own environment. */
export function variablesOf(given: string[], environment: Environment): Record<string, string> {
  return Object.fromEntries(
    given.map((one) => {
      const at = one.indexOf('=');
      if (at > 0) return [one.slice(0, at), one.slice(at + 1)];
      const value = at === 0 ? undefined : environment[one];
      if (value !== undefined) return [one, value];
      throw new CliFailure(
        exitCodes.usage,
        at === 0 ? `--env ${one} has no name before the =.` : `${one} is not set in this environment.`,
        'Write it as --env KEY=VALUE.',
      );
    }),
  );
}
