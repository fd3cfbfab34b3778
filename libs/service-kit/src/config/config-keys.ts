import { ServerConfig } from '@aicode/contracts';
import type { z } from 'zod';

/** One key of the config, with its names in the file and in the environment. */
export interface ConfigKey {
  /** `server.port`. */
  path: string;
  group: string;
  name: string;
  /** `AICLI_SERVER_PORT`. */
  variable: string;
  schema: z.ZodType;
}

export const configGroups: string[] = Object.keys(ServerConfig.shape);

/** Every key, derived from the schema: a new key has its variable at once. */
export const configKeys: ConfigKey[] = Object.entries(ServerConfig.shape).flatMap(([group, schema]) =>
  Object.entries<z.ZodType>(schema.unwrap().shape).map(([name, leaf]) => ({
    path: `${group}.${name}`,
    group,
    name,
    variable: `AICLI_${group}_${name}`.toUpperCase(),
    schema: leaf,
  })),
);
