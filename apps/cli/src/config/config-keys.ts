import { Duration, ServerConfig, Size } from '@aicode/contracts';
import { z } from 'zod';

/** One key of config/server.yaml, or of docker.yaml beside it. */
export interface ConfigKey {
  /** `server.port`. */
  path: string;
  group: string;
  name: string;
  /** Its environment variable: `AICLI_SERVER_PORT`. */
  variable: string;
  description: string;
  schema: z.ZodType;
  /** As a value of the schema; undefined if there is none. */
  fallback: unknown;
  kind: 'duration' | 'size' | 'list' | 'other';
}

export const configKeys: readonly ConfigKey[] = Object.entries(ServerConfig.shape).flatMap(([group, inner]) =>
  Object.entries<z.ZodType>(inner.unwrap().shape).map(([name, schema]) => ({
    path: `${group}.${name}`,
    group,
    name,
    variable: `AICLI_${group}_${name}`.toUpperCase(),
    description: schema.description ?? '',
    schema,
    fallback: schema.safeParse(undefined).data,
    kind: kindOf(schema),
  })),
);

function kindOf(schema: z.ZodType): ConfigKey['kind'] {
  const inner = innermost(schema);
  if (inner === Duration) return 'duration';
  if (inner === Size) return 'size';
  const made = inner instanceof z.ZodPipe ? inner.def.out : inner;
  return made instanceof z.ZodArray || schema.safeParse(['a']).success ? 'list' : 'other';
}

/** What stands below a default and an optional. */
function innermost(schema: z.ZodType): z.core.$ZodType {
  let current: z.core.$ZodType = schema;
  while (current instanceof z.ZodDefault || current instanceof z.ZodOptional) current = current.def.innerType;
  return current;
}

export function findKey(path: string): ConfigKey | undefined {
  return configKeys.find((key) => key.path === path);
}

/** Keys that a mistyped one may have meant: those of its group, or with its name. */
export function similarKeys(path: string): string[] {
  const [group, name] = path.toLowerCase().split('.');
  return configKeys.filter((key) => key.name === (name ?? group) || key.group === group).map((key) => key.path);
}

/** The sentence about a path that is no key; undefined if it is one, or a group of them. */
export function unknownKeyProblem(path: string): string | undefined {
  if (configKeys.some((key) => key.path === path || key.group === path)) return undefined;
  const similar = similarKeys(path);
  const hint = similar.length > 0 ? ` Did you mean: ${similar.join(', ')}?` : ' aicli config list shows all keys.';
  return `"${path}" is not a key of the configuration.${hint}`;
}
