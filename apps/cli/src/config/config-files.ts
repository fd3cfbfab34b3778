import type { HomeFiles } from '../home.js';
import { unknownKeyProblem, type ConfigKey } from './config-keys.js';
import { SettingsYaml } from './settings-yaml.js';

/** The group that has a file of its own. */
const ownFile = 'docker';

/** Where the settings of the platform stand: each key in the one file that it belongs in. */
export class ConfigFiles {
  private constructor(
    private readonly server: SettingsYaml,
    private readonly docker: SettingsYaml,
  ) {}

  /** DomainError config.invalid if one of them cannot be read as such. */
  static async read(files: Pick<HomeFiles, 'serverYaml' | 'dockerYaml'>): Promise<ConfigFiles> {
    return new ConfigFiles(
      await SettingsYaml.read(files.serverYaml),
      await SettingsYaml.read(files.dockerYaml, ownFile),
    );
  }

  get paths(): { server: string; docker: string } {
    return { server: this.server.path, docker: this.docker.path };
  }

  get(key: ConfigKey): unknown {
    return this.fileOf(key).get(key);
  }

  set(key: ConfigKey, value: unknown): void {
    this.fileOf(key).set(key, value);
  }

  unset(key: ConfigKey): void {
    this.fileOf(key).unset(key);
  }

  /** Writes the file that the key is in. */
  write(key: ConfigKey): Promise<void> {
    return this.fileOf(key).write();
  }

  /** What in them is no key, or is in the wrong one of them; a sentence each. */
  problems(): string[] {
    const inServer = this.server.paths().flatMap((path) => this.misplaced(path) ?? unknownKeyProblem(path) ?? []);
    const inDocker = this.docker.paths().flatMap((path) => unknownKeyProblem(path) ?? []);
    return [
      ...inServer.map((problem) => `${this.server.path}: ${problem}`),
      ...inDocker.map((problem) => `${this.docker.path}: ${problem}`),
    ];
  }

  private misplaced(path: string): string | undefined {
    if (path !== ownFile && !path.startsWith(`${ownFile}.`)) return undefined;
    return `"${path}" belongs in ${this.docker.path}, without "${ownFile}:" above it.`;
  }

  private fileOf({ group }: ConfigKey): SettingsYaml {
    return group === ownFile ? this.docker : this.server;
  }
}
