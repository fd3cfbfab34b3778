import { parse } from 'yaml';
import type { z } from 'zod';

import type { ConfigKey } from './config-keys.js';

export type Reading = { value: unknown } | { problem: string };

/** What a person typed as a value of a key: in its own type for the file, or what would be allowed. */
export function readValue(key: ConfigKey, text: string): Reading {
  const candidates = key.kind === 'list' ? [listOf(text)] : [text, typed(text)];
  const accepted = candidates.filter((value) => problemOf(key, value) === undefined);
  // A number in the file is nicer without quotes; a text that looks like one stays a text where only that is allowed.
  const value = accepted.at(-1);
  return value === undefined ? { problem: problemOf(key, candidates[0]) ?? 'is not valid' } : { value };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

/** `7780` and `true` as YAML means them; undefined for everything else, which is a text. */
function typed(text: string): unknown {
  try {
    const value: unknown = parse(text);
    return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Why a value does not fit a key, in words that say what would; undefined if it fits. */
export function problemOf(key: ConfigKey, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return 'needs a value';
  const result = key.schema.safeParse(value);
  if (!result.success) return allowed(result.error.issues);
  // Coercion takes a blank text for 0 and true for 1; nobody means that.
  const blank =
    typeof result.data === 'number' && (typeof value === 'string' ? value.trim() === '' : typeof value !== 'number');
  return blank ? 'must be a number' : undefined;
}

/** The most telling sentence of what zod has to say. */
function allowed(issues: z.core.$ZodIssue[]): string {
  const flat = issues.flatMap((issue) => (issue.code === 'invalid_union' ? issue.errors.flat() : [issue]));
  const own = flat.find((issue) => issue.message.startsWith('must'));
  if (own) return own.message;
  const values = flat.flatMap((issue) => (issue.code === 'invalid_value' ? issue.values : []));
  if (values.length > 0) return `must be one of: ${values.map(String).join(', ')}`;
  const first = flat[0];
  if (first?.code === 'too_small')
    return `must be ${first.inclusive === false ? 'more than' : 'at least'} ${first.minimum}`;
  if (first?.code === 'too_big') return `must be at most ${first.maximum}`;
  if (first?.code === 'invalid_format' && first.format === 'url') return 'must be a URL with http:// or https://';
  if (first?.code === 'invalid_type') return first.expected === 'string' ? 'must be a text' : 'must be a whole number';
  return first?.message ?? 'is not valid';
}

const durations = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;
const sizes = [
  ['gb', 1024 ** 3],
  ['mb', 1024 ** 2],
  ['kb', 1024],
  ['b', 1],
] as const;

/** A value as JSON has it: what YAML would take too. Null if it is not set. */
export type SettingValue = string | number | boolean | string[] | null;

/** Lists as lists, numbers as numbers; durations and sizes as a person would write them: `15m`, `1mb`. Passwords in addresses are left out. */
export function settingValue(key: ConfigKey, value: unknown): SettingValue {
  if (value === undefined) return null;
  const parsed = problemOf(key, value) === undefined ? key.schema.parse(value) : value;
  if (Array.isArray(parsed)) return parsed.map((item) => withoutPassword(String(item)));
  if (typeof parsed === 'number' && key.kind === 'duration') return scaled(parsed, durations);
  if (typeof parsed === 'number' && key.kind === 'size') return scaled(parsed, sizes);
  if (typeof parsed === 'number' || typeof parsed === 'boolean') return parsed;
  return withoutPassword(typeof parsed === 'string' ? parsed : JSON.stringify(parsed));
}

/** The same for people: `a, b`. */
export function settingText(value: SettingValue): string {
  return Array.isArray(value) ? value.join(', ') : String(value ?? '');
}

function scaled(value: number, units: readonly (readonly [string, number])[]): string {
  const fits = units.find(([, size]) => value !== 0 && value % size === 0);
  return fits ? `${value / fits[1]}${fits[0]}` : String(value);
}

/** `redis://user:secret@host` says no secret. */
function withoutPassword(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/@]*)@/i, (_all, scheme: string, who: string) => {
    const user = who.split(':')[0] ?? '';
    return `${scheme}${user}${who.includes(':') ? ':…' : ''}@`;
  });
}
