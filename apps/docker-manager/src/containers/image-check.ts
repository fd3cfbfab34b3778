import { DomainError, type NetworkPolicy } from '@aicode/contracts';
import type Docker from 'dockerode';

import type { ClaudeCli } from './claude-cli.js';
import { engineLimits, statusOf, within } from './engine-client.js';
import { lookInside, type Found } from './look-inside.js';
import { labels } from './names.js';

/** What is known of an image that fits. */
export interface ImageFacts {
  id: string;
  /** Read-only, in every container of it: the Claude CLI, unless the image carries it. */
  mounts: { source: string; target: string }[];
  /** Lines of its /etc/passwd and /etc/group. */
  passwd: string[];
  group: string[];
}

export interface ImageQuestion {
  name: string;
  network: NetworkPolicy;
}

const defaultImage = 'aicli/workspace:latest';

/** Looks at an image once, by its id. */
export class Images {
  private readonly known = new Map<string, Promise<Found>>();

  constructor(
    private readonly docker: Docker,
    private readonly cli: () => ClaudeCli,
    private readonly homeId: string,
  ) {}

  /** @throws DomainError container.image_missing with the command that gets it, container.image_unfit with what it lacks */
  async check({ name, network }: ImageQuestion): Promise<ImageFacts> {
    const image = await this.inspect(name);
    const cli = this.cli();
    const carries = cli.version !== null && image.Config.Labels?.[labels.claude] === cli.version;
    const mounts = carries ? [] : [cli.mount];
    const found = await this.look(image.Id, mounts);
    const problem = unfit(found, network);
    if (problem !== undefined)
      throw new DomainError('container.image_unfit', `The image ${name} does not fit: ${problem}`);
    return { id: image.Id, mounts, passwd: found.passwd, group: found.group };
  }

  private async look(id: string, mounts: ImageFacts['mounts']): Promise<Found> {
    const key = JSON.stringify([id, mounts]);
    const known = this.known.get(key) ?? lookInside(this.docker, id, mounts, this.homeId);
    this.known.set(key, known);
    try {
      return await known;
    } catch (error) {
      this.known.delete(key);
      throw error;
    }
  }

  private async inspect(name: string): Promise<Docker.ImageInspectInfo> {
    try {
      return await within(engineLimits.question, () => this.docker.getImage(name).inspect());
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      throw new DomainError('container.image_missing', missingImage(name));
    }
  }
}

export function missingImage(name: string): string {
  const command = name === defaultImage ? './tools/workspace-image' : `docker pull ${name}`;
  return `The Docker engine does not have the image ${name}. Get it with: ${command}`;
}

/** What an image lacks, as the end of a sentence. */
export function unfit(found: Found, network: NetworkPolicy): string | undefined {
  if (!found.shell) return 'it has no /bin/sh that runs. Take an image with a shell.';
  if (!found.claude.runs) {
    const said = found.claude.said ? ` (it says: ${found.claude.said})` : '';
    return `the Claude CLI does not run in it${said}. Take an image with glibc, such as one of Debian, or build on ${defaultImage}.`;
  }
  if (network === 'allowlist' && !found.socat) {
    return 'it has no socat, which the network policy `allowlist` needs. Install socat in it, or choose the policy isolated or open.';
  }
  return undefined;
}
