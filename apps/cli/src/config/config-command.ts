import { DomainError } from '@aicode/contracts';

import { AicliCommand } from '../base-command.js';
import { findKey, similarKeys, type ConfigKey } from './config-keys.js';

/** A command on this machine's config/server.yaml. */
export abstract class ConfigCommand extends AicliCommand {
  protected keyNamed(path: string): ConfigKey {
    const key = findKey(path);
    if (key) return key;
    const similar = similarKeys(path);
    const hint = similar.length > 0 ? ` Did you mean: ${similar.join(', ')}?` : ' aicli config list shows all keys.';
    throw new DomainError('config.invalid', `"${path}" is not a key of the configuration.${hint}`);
  }
}
