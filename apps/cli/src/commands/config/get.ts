import { Args } from '@oclif/core';

import { ConfigCommand } from '../../config/config-command.js';
import { settingText } from '../../config/config-value.js';
import { effectiveValue, type EffectiveValue } from '../../config/effective-value.js';

export default class ConfigGet extends ConfigCommand {
  static override description = 'Print a setting of the platform on this machine.';
  static override examples = ['<%= config.bin %> config get server.port', '<%= config.bin %> config get docker.memory'];
  static override args = {
    key: Args.string({ ignoreStdin: true, required: true, description: 'Such as server.port' }),
  };

  async run(): Promise<EffectiveValue> {
    const { args } = await this.parse(ConfigGet);
    const key = this.keyNamed(args.key);
    const effective = effectiveValue(key, await this.readFiles(), process.env);
    this.say(settingText(effective.value));
    if (effective.problem !== null) this.note(`This value ${effective.problem}.`);
    return effective;
  }
}
