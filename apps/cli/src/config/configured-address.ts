import { findKey } from './config-keys.js';
import { effectiveValue } from './effective-value.js';
import { SettingsYaml } from './settings-yaml.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the platform of this machine would listen by its settings. DomainError config.invalid if the file cannot be read as such. */
export async function configuredAddress(file: string, env: Environment): Promise<string> {
  const yaml = await SettingsYaml.read(file);
  const valueOf = (path: string): string => {
    const key = findKey(path);
    if (!key) throw new Error(`There is no key ${path}.`);
    const { value, problem } = effectiveValue(key, yaml, env);
    return String(problem === null ? value : key.fallback);
  };
  return `http://${reachable(valueOf('server.host'))}:${valueOf('server.port')}`;
}

/** "All addresses" is none that one can ask. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
