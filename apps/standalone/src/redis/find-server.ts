import { DomainError } from '@aicode/contracts';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const names = ['redis-server', 'valkey-server'];

/** Absolute path of the Redis (or Valkey) server that PATH finds first by name, or null. */
export function findRedisServer(searchPath: string = process.env['PATH'] ?? ''): string | null {
  const folders = searchPath.split(delimiter).filter((folder) => isAbsolute(folder));
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find(isProgram);
    if (found) return found;
  }
  return null;
}

/** The command that installs a Redis server on this kind of machine. */
export function redisInstallCommand(platform: NodeJS.Platform = process.platform): string {
  return platform === 'darwin' ? 'brew install redis' : 'sudo apt-get install redis-server';
}

export function requireRedisServer(searchPath?: string, platform?: NodeJS.Platform): string {
  const server = findRedisServer(searchPath);
  if (server) return server;
  throw new DomainError(
    'platform.redis_missing',
    `No redis-server or valkey-server was found in PATH. Install one with \`${redisInstallCommand(platform)}\`, ` +
      'or set AICLI_REDIS_URL to a Redis that runs already.',
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
