import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export interface WorkspacePaths {
  dir: string;
  /** The user's files. */
  project: string;
  /** One NDJSON file per attempt. */
  logs: string;
  /** Metadata and transcripts: `.aicli`. */
  state: string;
}

/** Every path below AICLI_HOME, in the one place that knows them. */
export interface HomePaths {
  home: string;
  configDir: string;
  serverYaml: string;
  dataDir: string;
  /** The SQLite file. */
  database: string;
  /** Mode 0700. */
  secretsDir: string;
  runDir: string;
  /** Signs the messages between services. */
  busKey: string;
  /** Signs access tokens (ES256). */
  jwtKey: string;
  /** Opens what is sealed to auth (P-256). */
  sealKey: string;
  /** Credential of the local first administrator, 0600. */
  adminCredential: string;
  platformState: string;
  platformLock: string;
  /** Where the private Redis keeps its data. */
  redisDir: string;
  modelSocketDir: string;
  workspaces: string;
  workspace(id: string): WorkspacePaths;
}

export function homePaths(home: string): HomePaths {
  const root = resolve(home);
  const below = (...parts: string[]): string => join(root, ...parts);
  return {
    home: root,
    configDir: below('config'),
    serverYaml: below('config', 'server.yaml'),
    dataDir: below('data'),
    database: below('data', 'aicli.db'),
    secretsDir: below('secrets'),
    runDir: below('run'),
    busKey: below('secrets', 'bus.key'),
    jwtKey: below('secrets', 'jwt-es256.pem'),
    sealKey: below('secrets', 'seal-p256.pem'),
    adminCredential: below('admin.json'),
    platformState: below('run', 'platform.json'),
    platformLock: below('run', 'platform.lock'),
    redisDir: below('data', 'redis'),
    modelSocketDir: below('run', 'model'),
    workspaces: below('workspaces'),
    workspace: (id) => {
      const dir = below('workspaces', id);
      return { dir, project: join(dir, 'project'), logs: join(dir, 'logs'), state: join(dir, '.aicli') };
    },
  };
}

/** Makes the directories that every service expects. Secrets are for our user alone. */
export async function prepareHome(paths: HomePaths): Promise<void> {
  await mkdir(paths.secretsDir, { recursive: true, mode: 0o700 });
  for (const dir of [paths.dataDir, paths.runDir, paths.workspaces]) await mkdir(dir, { recursive: true });
}
