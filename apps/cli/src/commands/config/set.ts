import { DomainError } from '@aicode/contracts';
import { Args, Flags } from '@oclif/core';

import { ConfigCommand } from '../../config/config-command.js';
import type { ConfigFiles } from '../../config/config-files.js';
import type { ConfigKey } from '../../config/config-keys.js';
import { readValue, settingText } from '../../config/config-value.js';
import { effectiveValue, type EffectiveValue } from '../../config/effective-value.js';
import { exitCodes } from '../../exit-codes.js';
import { CliFailure } from '../../failure.js';
import { readPlatformState } from '../../platform/platform-state.js';

export default class ConfigSet extends ConfigCommand {
  static override description =
    'Change a setting of the platform on this machine. The file keeps its comments; a value that the platform would refuse is not written.';
  static override examples = [
    '<%= config.bin %> config set server.port 8080',
    '<%= config.bin %> config set workspaces.allowed_roots /home/ada/code,/srv/repos',
    '<%= config.bin %> config set docker.memory 4gb',
    '<%= config.bin %> config set server.port --unset',
  ];
  static override args = {
    key: Args.string({ ignoreStdin: true, required: true, description: 'Such as server.port' }),
    value: Args.string({ ignoreStdin: true, description: 'Durations as 15m, sizes as 1mb, lists separated by commas' }),
  };
  static override flags = {
    unset: Flags.boolean({ default: false, description: 'Take it out of the file: the default holds again' }),
  };

  async run(): Promise<EffectiveValue> {
    const { args, flags } = await this.parse(ConfigSet);
    const key = this.keyNamed(args.key);
    if (flags.unset === (args.value !== undefined)) {
      throw new CliFailure(exitCodes.usage, 'Give a value, or --unset.');
    }
    const files = await this.readFiles();
    if (args.value === undefined) files.unset(key);
    else files.set(key, this.checked(key, args.value));
    await files.write(key);
    return this.told(key, files);
  }

  private checked(key: ConfigKey, text: string): unknown {
    const reading = readValue(key, text);
    if ('value' in reading) return reading.value;
    throw new DomainError(
      'config.invalid',
      `${key.path} ${reading.problem}; "${text}" does not fit. Nothing was changed.`,
    );
  }

  private told(key: ConfigKey, files: ConfigFiles): EffectiveValue {
    const effective = effectiveValue(key, files, process.env);
    this.say(`${key.path} = ${effective.value === null ? '(not set)' : settingText(effective.value)}`);
    if (effective.source === 'environment')
      this.note(`${key.variable} is set in this environment and has the last word.`);
    if (readPlatformState(this.files.platformState)) {
      this.note('The platform runs: it takes this up at its next start (aicli down, then aicli up).');
    }
    return effective;
  }
}
