import { z } from 'zod';

import { AllowedHost, ImageName, NetworkPolicy } from './container-settings.js';
import { Duration, Size } from './primitives.js';

const count = z.coerce.number().int().positive();
const cores = z.coerce.number().positive().max(1024);
/** From the environment separated by commas. */
const listOf = <S extends z.ZodType<string, string>>(item: S): z.ZodPreprocess<z.ZodArray<S>> =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((part) => part.trim())
            .filter(Boolean)
        : value,
    z.array(item),
  );

/** config/docker.yaml, each key also as AICLI_DOCKER_<KEY>: what a workspace's container gets, and the most that it may ask for. */
export const DockerConfig = z.strictObject({
  image: ImageName.default('aicli/workspace:latest').describe('Image of a workspace that names none'),
  cpu: cores.default(1).describe('Cores of a container'),
  memory: Size.default(2 * 1024 ** 3).describe('Memory of a container, with its /tmp and home; there is no swap'),
  disk: Size.default(10 * 1024 ** 3).describe("Disk of a workspace's files"),
  pids: count.default(512).describe('Processes and threads of a container'),
  network: NetworkPolicy.default('isolated').describe(
    'Network of a container: none at all, named hosts through the egress proxy, or open to the internet',
  ),
  allow: listOf(AllowedHost)
    .default([])
    .describe(
      'Hosts of the policy `allowlist`: names, `*.name`, or `preset:npm`, `preset:pypi`, `preset:debian`, `preset:git`',
    ),
  max_cpu: cores.default(8).describe('Most cores that a workspace may ask for'),
  max_memory: Size.default(16 * 1024 ** 3).describe('Most memory that a workspace may ask for'),
  max_disk: Size.default(100 * 1024 ** 3).describe('Most disk that a workspace may ask for'),
  max_pids: count.default(4096).describe('Most processes that a workspace may ask for'),
  networks: listOf(NetworkPolicy)
    .default(['isolated', 'allowlist', 'open'])
    .describe('Network policies that a workspace may choose'),
  max_rooms: count
    .max(64)
    .default(6)
    .describe('Containers of a workspace at once: one for each task or `exec` that runs'),
  tmp_size: Size.default(512 * 1024 ** 2).describe(
    'Size of /tmp and of the home directory of a container; counts as memory',
  ),
  build_network: z
    .enum(['none', 'bridge'])
    .default('none')
    .describe('Network while the Dockerfile of a workspace is built; with `bridge` it may install packages'),
  build_timeout: Duration.default(1_200_000).describe('Longest build of a Dockerfile'),
  pool: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(4)
    .describe('Containers of new workspaces that are kept ready ahead of their first task; 0 makes none'),
  pause_after: Duration.default(60_000).describe('A container unused for so long is paused'),
  stop_after: Duration.default(900_000).describe('A container unused for so long is stopped'),
  start_timeout: Duration.default(60_000).describe('Longest start of a container'),
  disk_mechanism: z
    .enum(['auto', 'loop', 'measured'])
    .default('auto')
    .describe(
      'How the disk limit is kept: an image file mounted as the workspace (needs root and loop devices), or by measuring and stopping; `auto` takes the best that works here',
    ),
  disk_check_every: Duration.default(10_000).describe('How often the use of a measured disk is looked at'),
  disk_floor: Size.default(1024 ** 3).describe(
    'Containers are stopped when the disk of the host has less free than this',
  ),
  stream_host: z.string().default('127.0.0.1').describe('Address that docker-manager listens on for exec streams'),
  stream_port: z.coerce.number().int().min(0).max(65_535).default(0).describe('Its port; 0 takes a free one'),
  stream_url: z
    .url({ protocol: /^http$/ })
    .optional()
    .describe('How claude-runner and gateway reach it, if not by host and port'),
});
export type DockerConfig = z.output<typeof DockerConfig>;
