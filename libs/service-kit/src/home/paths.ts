import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export interface WorkspacePaths {
  dir: string;
  /** Holds all that a sandbox may write; with the `loop` mechanism a file system of its own is mounted here. */
  disk: string;
  /** The file behind that file system. */
  diskImage: string;
  /** The user's files. */
  project: string;
  /** Metadata and transcripts: `.aicli`. */
  state: string;
  /** One NDJSON file per attempt; not for sandboxes. */
  logs: string;
}

/** Every path below AICLI_HOME, in the one place that knows them. */
export interface HomePaths {
  home: string;
  configDir: string;
  serverYaml: string;
  dockerYaml: string;
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
  /** A directory for each room, mounted in its container: the sockets of what runs there. */
  rooms: string;
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
    dockerYaml: below('config', 'docker.yaml'),
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
    rooms: below('run', 'rooms'),
    workspaces: below('workspaces'),
    workspace: (id) => {
      const dir = below('workspaces', id);
      const disk = join(dir, 'disk');
      return {
        dir,
        disk,
        diskImage: join(dir, 'disk.img'),
        project: join(disk, 'project'),
        state: join(disk, '.aicli'),
        logs: join(dir, 'logs'),
      };
    },
  };
}

/** Makes the directories that every service expects. Secrets are for our user alone. */
export async function prepareHome(paths: HomePaths): Promise<void> {
  await mkdir(paths.secretsDir, { recursive: true, mode: 0o700 });
  for (const dir of [paths.dataDir, paths.runDir, paths.workspaces]) await mkdir(dir, { recursive: true });
}
