import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DomainError, type DockerConfig } from '@aicode/contracts';
import type { Logger } from '@aicode/service-kit';
import type Docker from 'dockerode';
import { z } from 'zod';

import { engineLimits, saidBy, statusOf, within, withoutPaths } from './engine-client.js';
import { labels } from './names.js';

/** One line of the engine's progress. */
const Progress = z.object({ stream: z.string().optional(), error: z.string().optional() });

/** Lines of a failed build that are told. */
const toldLines = 8;
const megabyte = 1024 ** 2;

export interface DockerfileImagesOptions {
  docker: Docker;
  config: Pick<DockerConfig, 'build_timeout' | 'build_network' | 'memory'>;
  homeId: string;
  log: Logger;
  /** How long somebody waits for a build (ms); it goes on behind. */
  patience?: number;
}

/**
 * Images that workspaces' Dockerfiles make. A Dockerfile comes from the settings, never from the project: what an agent writes
 * must not become the first process of its own container. It is built alone, without files beside it, once for each text.
 */
export class DockerfileImages {
  private readonly builds = new Map<string, Promise<void>>();

  constructor(private readonly options: DockerfileImagesOptions) {}

  /** The name of its image. @throws DomainError container.image_unfit with the end of what the build said */
  async imageOf(dockerfile: string): Promise<string> {
    const name = imageName(dockerfile);
    if (await this.exists(name)) return name;
    const build = this.builds.get(name) ?? this.begin(name, dockerfile);
    await within(this.options.patience ?? engineLimits.build, () => build).catch((error: unknown) => {
      throw this.builds.has(name) ? stillBuilding() : error;
    });
    return name;
  }

  private begin(name: string, dockerfile: string): Promise<void> {
    const { log } = this.options;
    log.info({ image: name }, 'an image is built');
    const build = this.build(name, dockerfile).finally(() => this.builds.delete(name));
    build.catch((error: unknown) => log.warn({ err: error, image: name }, 'an image could not be built'));
    this.builds.set(name, build);
    return build;
  }

  private async build(name: string, dockerfile: string): Promise<void> {
    const { docker, config, homeId } = this.options;
    const context = await mkdtemp(join(tmpdir(), 'aicode-build-'));
    try {
      await writeFile(join(context, 'Dockerfile'), dockerfile);
      await within(config.build_timeout, async (abortSignal) => {
        const progress = await docker.buildImage(
          { context, src: ['Dockerfile'] },
          {
            t: name,
            labels: { [labels.home]: homeId },
            networkmode: config.build_network,
            memory: Math.max(config.memory, 512 * megabyte),
            forcerm: true,
            abortSignal,
          },
        );
        await this.follow(progress);
      });
    } catch (error) {
      if (statusOf(error) === undefined) throw error;
      throw unfit(saidBy(error));
    } finally {
      await rm(context, { recursive: true, force: true });
    }
  }

  private async follow(progress: NodeJS.ReadableStream): Promise<void> {
    const { modem } = this.options.docker;
    const events = await new Promise<unknown[]>((resolve, reject) => {
      modem.followProgress(progress, (error: Error | null, all: unknown[]) => {
        if (error) reject(unfit(error.message));
        else resolve(all);
      });
    });
    const lines = events.map((event) => Progress.safeParse(event).data);
    const failed = lines.find((line) => line?.error !== undefined)?.error;
    if (failed === undefined) return;
    const said = lines
      .map((line) => line?.stream ?? '')
      .join('')
      .trim()
      .split('\n')
      .slice(-toldLines);
    throw unfit([...said, failed].join('\n'));
  }

  private async exists(name: string): Promise<boolean> {
    try {
      await within(engineLimits.question, () => this.options.docker.getImage(name).inspect());
      return true;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      return false;
    }
  }
}

/** The same text makes the same image, for whichever workspace. */
export function imageName(dockerfile: string): string {
  return `aicode-built:${createHash('sha256').update(dockerfile).digest('hex').slice(0, 32)}`;
}

function unfit(said: string): DomainError {
  const words = withoutPaths(said).slice(-1500);
  return new DomainError(
    'container.image_unfit',
    `The Dockerfile of the workspace could not be built. Builds have the network that docker.build_network says. The engine says: ${words}`,
  );
}

function stillBuilding(): DomainError {
  return new DomainError(
    'executor.unavailable',
    'The image of the workspace is still being built. Try again in a minute.',
    {
      retry_after_s: 60,
    },
  );
}
