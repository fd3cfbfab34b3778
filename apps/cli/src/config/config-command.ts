import { DomainError } from '@aicode/contracts';
import { safeText } from '@aicode/log-view';

import { AicliCommand } from '../base-command.js';
import { findKey, similarKeys, unknownKeyProblem, type ConfigKey } from './config-keys.js';
import { ServerYaml } from './server-yaml.js';

/** A command on this machine's config/server.yaml. */
export abstract class ConfigCommand extends AicliCommand {
  protected keyNamed(path: string): ConfigKey {
    const key = findKey(path);
    if (key) return key;
    throw new DomainError(
      'config.invalid',
      unknownKeyProblem(path) ?? `"${path}" is a group of keys: ${similarKeys(path).join(', ')}.`,
    );
  }

  /** The file as it is, and what in it no key is known for: the platform would not start with that. */
  protected async readFile(): Promise<{ file: ServerYaml; unknown: string[] }> {
    const file = await ServerYaml.read(this.files.serverYaml);
    const unknown = file.paths().flatMap((path) => unknownKeyProblem(path) ?? []);
    this.note(...unknown.map((problem) => safeText(`${file.path}: ${problem} The platform does not start with it.`)));
    return { file, unknown };
  }
}
