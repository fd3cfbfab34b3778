import { DomainError } from '@aicode/contracts';
import { safeText } from '@aicode/log-view';

import { AicliCommand } from '../base-command.js';
import { ConfigFiles } from './config-files.js';
import { findKey, similarKeys, unknownKeyProblem, type ConfigKey } from './config-keys.js';

/** A command on this machine's config/server.yaml and docker.yaml. */
export abstract class ConfigCommand extends AicliCommand {
  protected keyNamed(path: string): ConfigKey {
    const key = findKey(path);
    if (key) return key;
    throw new DomainError(
      'config.invalid',
      unknownKeyProblem(path) ?? `"${path}" is a group of keys: ${similarKeys(path).join(', ')}.`,
    );
  }

  /** The files as they are. What in them no key is known for is told: the platform would not start with that. */
  protected async readFiles(): Promise<ConfigFiles> {
    const files = await ConfigFiles.read(this.files);
    this.note(...files.problems().map((problem) => safeText(`${problem} The platform does not start with it.`)));
    return files;
  }
}
