import { safeLine } from '@aicode/log-view';

import { ConfigCommand } from '../../config/config-command.js';
import { configKeys } from '../../config/config-keys.js';
import { settingText } from '../../config/config-value.js';
import { effectiveValue, type EffectiveValue } from '../../config/effective-value.js';
import { table } from '../../terminal/table.js';

const sourceWords: Record<EffectiveValue['source'], string> = {
  default: 'default',
  file: 'file',
  environment: 'environment',
};

export default class ConfigList extends ConfigCommand {
  static override description = 'List all settings of the platform on this machine, and where each comes from.';
  static override examples = ['<%= config.bin %> config list'];

  async run(): Promise<{ file: string; docker_file: string; settings: EffectiveValue[]; problems: string[] }> {
    await this.parse(ConfigList);
    const files = await this.readFiles();
    const settings = configKeys.map((key) => effectiveValue(key, files, process.env));
    const rows = settings.map(({ key, value, source, description, problem }) => [
      key,
      value === null ? '-' : safeLine(settingText(value)),
      sourceWords[source],
      problem === null ? description : `! ${problem}`,
    ]);
    this.say(...table(['KEY', 'VALUE', 'FROM', 'WHAT'], rows, this.stdout.width));
    const { server, docker } = files.paths;
    this.note(`Files: ${server}, ${docker}`);
    return { file: server, docker_file: docker, settings, problems: files.problems() };
  }
}
