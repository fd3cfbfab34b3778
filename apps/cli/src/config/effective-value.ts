import { problemOf, settingValue, type SettingValue } from './config-value.js';
import type { ConfigKey } from './config-keys.js';

export type ValueSource = 'default' | 'file' | 'environment';

/** What a key is at the next start of the platform, and who says so. */
export interface EffectiveValue {
  key: string;
  /** Null if it is not set. Never a password. */
  value: SettingValue;
  source: ValueSource;
  description: string;
  /** Why the value would stop the platform from starting. */
  problem: string | null;
}

/** What files say of a key; undefined if nothing. */
interface Files {
  get(key: ConfigKey): unknown;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Environment before file before default: the order of the platform. */
export function effectiveValue(key: ConfigKey, file: Files, env: Environment): EffectiveValue {
  const [value, source] = choose(key, file.get(key), env[key.variable]);
  return {
    key: key.path,
    value: settingValue(key, value),
    source,
    description: key.description,
    problem: source === 'default' ? null : (problemOf(key, value) ?? null),
  };
}

function choose(key: ConfigKey, inFile: unknown, inEnvironment: string | undefined): [unknown, ValueSource] {
  if (inEnvironment !== undefined) return [inEnvironment, 'environment'];
  return inFile === undefined ? [key.fallback, 'default'] : [inFile, 'file'];
}
