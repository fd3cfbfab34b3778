import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The files under AICLI_HOME that aicli reads or writes; the platform has the same names (service-kit, home). */
export interface HomeFiles {
  home: string;
  /** Sign-ins of aicli, by server; mode 0600. */
  sessions: string;
  /** Name and password of the administrator that the platform made for the person who started it; mode 0600. */
  adminCredential: string;
  platformState: string;
  platformLog: string;
  serverYaml: string;
  /** Beside it: the keys of the group `docker`. */
  dockerYaml: string;
}

export function homeFiles(env: Environment = process.env): HomeFiles {
  const home = resolve(env['AICLI_HOME'] || join(homedir(), '.aicli'));
  const serverYaml = env['AICLI_CONFIG'] || join(home, 'config', 'server.yaml');
  return {
    home,
    sessions: join(home, 'cli.json'),
    adminCredential: join(home, 'admin.json'),
    platformState: join(home, 'run', 'platform.json'),
    platformLog: join(home, 'run', 'platform.log'),
    serverYaml,
    dockerYaml: join(dirname(serverYaml), 'docker.yaml'),
  };
}
