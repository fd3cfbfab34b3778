import type { EngineState } from '@aicode/contracts';
import Docker from 'dockerode';
import { z } from 'zod';

import { engineAddress } from './engine-address.js';
import { engineProblem } from './engine-problem.js';
import { statusOf } from './engine-client.js';
import { EngineTimeout } from './engine-timeout.js';
import { missingImage } from './image-check.js';

const Version = z.object({ Version: z.string(), ApiVersion: z.string().regex(/^\d+\.\d+$/) });
const Info = z.object({ Driver: z.string().nullish(), CgroupVersion: z.string().nullish() });

export interface DetectEngine {
  env: Record<string, string | undefined>;
  /** Milliseconds for the whole question. */
  timeout: number;
  /** Of workspaces that name none: docker.image. */
  image: string;
  usualSockets?: string[];
}

/** API of Docker 20.10, the oldest engine that knows what containers need (cgroup v2, exec with a working folder). */
const oldestApi = [1, 41] as const;

/** Asks the engine who it is. Never throws: what is wrong is in `reason`, with what to do. */
export async function detectEngine({ env, timeout, image, usualSockets }: DetectEngine): Promise<EngineState> {
  let label = 'DOCKER_HOST';
  let timer: NodeJS.Timeout | undefined;
  try {
    const address = engineAddress(env, usualSockets);
    label = address.label;
    // dockerode's own time-out closes the silent socket; ours bounds an engine that answers drop by drop.
    const docker = new Docker({ ...address.options, timeout });
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new EngineTimeout(timeout)), timeout);
    });
    const [version, info, imageProblem] = await Promise.race([ask(docker, image), late]);
    return { ...judge(version, info), image_problem: imageProblem };
  } catch (error) {
    return { ...unknown, ...engineProblem(error, label) };
  } finally {
    clearTimeout(timer);
  }
}

const unknown = { version: null, api_version: null, storage_driver: null, cgroup_version: null, image_problem: null };

function ask(docker: Docker, image: string): Promise<[z.infer<typeof Version>, z.infer<typeof Info>, string | null]> {
  return Promise.all([
    docker.version().then((answer) => Version.parse(answer)),
    docker.info().then((answer) => Info.parse(answer)),
    problemOf(docker, image),
  ]);
}

async function problemOf(docker: Docker, image: string): Promise<string | null> {
  try {
    await docker.getImage(image).inspect();
    return null;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    return missingImage(image);
  }
}

function judge(version: z.infer<typeof Version>, info: z.infer<typeof Info>): Omit<EngineState, 'image_problem'> {
  const found = {
    version: version.Version,
    api_version: version.ApiVersion,
    storage_driver: info.Driver ?? null,
    cgroup_version: info.CgroupVersion ?? null,
  };
  if (isNewEnough(version.ApiVersion)) return { state: 'up', ...found, reason: null };
  return {
    state: 'unreachable',
    ...found,
    reason: `Docker ${version.Version} is too old: 20.10 or newer (API ${oldestApi.join('.')}) is needed. Update Docker and try again.`,
  };
}

function isNewEnough(api: string): boolean {
  const [major = 0, minor = 0] = api.split('.').map(Number);
  return major > oldestApi[0] || (major === oldestApi[0] && minor >= oldestApi[1]);
}
