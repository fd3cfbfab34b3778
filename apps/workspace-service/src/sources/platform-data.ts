import { realpath } from 'node:fs/promises';

import { isUnder } from '@aicode/sandbox';
import type { ServiceContext } from '@aicode/service-kit';

/** Real paths of what no workspace may hold or be held by. */
export interface PlatformData {
  home: string;
  /** Directories and files: secrets, the database, other workspaces. */
  guarded: string[];
}

type Place = Pick<ServiceContext, 'paths' | 'config' | 'databaseUrl'>;

export async function platformData({ paths, config, databaseUrl }: Place): Promise<PlatformData> {
  const database = databaseUrl.startsWith('sqlite:') ? databaseUrl.replace(/^sqlite:(\/\/(?=\/))?/, '') : undefined;
  const guarded = [
    ...[paths.configDir, paths.dataDir, paths.secretsDir, paths.runDir, paths.workspaces, paths.adminCredential],
    ...[database, config.model.api_key_file, config.model.auth_token_file].filter((path) => path !== undefined),
  ];
  return { home: await real(paths.home), guarded: await Promise.all(guarded.map(real)) };
}

/**
 * Whether a project here would lay the platform's own files open. Below AICLI_HOME only what an allowed root names is free
 * (as the quickstart's samples), and nothing that is guarded, whatever the roots say. Real paths. Pure.
 */
export function touchesPlatform(path: string, roots: readonly string[], { home, guarded }: PlatformData): boolean {
  if (guarded.some((place) => isUnder(place, path) || isUnder(path, place))) return true;
  if (isUnder(path, home)) return true;
  if (!isUnder(home, path)) return false;
  return !roots.some((root) => root !== home && isUnder(home, root) && isUnder(root, path));
}

/** What is not there yet counts by its name. */
function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
