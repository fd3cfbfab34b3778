import { z } from 'zod';

import type { DockerConfig } from './docker-config.js';
import type { FieldProblem } from './errors.js';
import { Size, text } from './primitives.js';

export const NetworkPolicy = z.enum(['isolated', 'allowlist', 'open']);
export type NetworkPolicy = z.infer<typeof NetworkPolicy>;

/** A reference as Docker knows it: registry, path, tag, digest (distribution/reference). */
export const ImageName = z
  .string()
  .max(255)
  .regex(
    /^[a-z0-9]+([._-][a-z0-9]+)*(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@sha256:[a-f0-9]{64})?$/,
    'must be the name of an image, such as debian:bookworm-slim',
  );

/** Hosts that go together, so that nobody has to know which a tool needs. */
export const hostPresets = {
  'preset:npm': ['registry.npmjs.org', 'registry.yarnpkg.com'],
  'preset:pypi': ['pypi.org', 'files.pythonhosted.org'],
  'preset:debian': ['deb.debian.org', 'security.debian.org'],
  'preset:git': ['github.com', '*.githubusercontent.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org'],
} as const satisfies Record<`preset:${string}`, readonly string[]>;
const presetNames = Object.keys(hostPresets);

/** `example.org`, `*.example.org` (not example.org itself), or a preset. Never an address: names are resolved and checked. */
export const AllowedHost = z
  .string()
  .max(253)
  .refine(
    (value) =>
      presetNames.includes(value) ||
      /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(value),
    `must be a host name like example.org, *.example.org, or ${presetNames.join(', ')}`,
  );

export const EnvironmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of an environment variable');

/** What a workspace sets of its container; what it leaves out is the configuration's. Sizes in bytes, or as `2g`. */
export const ContainerSettings = z
  .strictObject({
    image: ImageName.optional(),
    /** Text of a Dockerfile that is built alone, without files beside it; counts instead of `image`. */
    dockerfile: text(65_536).optional(),
    /** Cores. */
    cpu: z.number().min(0.1).optional(),
    memory: Size.refine((bytes) => bytes >= 64 * 1024 ** 2, 'must be at least 64mb').optional(),
    disk: Size.refine((bytes) => bytes >= 32 * 1024 ** 2, 'must be at least 32mb').optional(),
    pids: z.int().min(16).optional(),
    network: NetworkPolicy.optional(),
    /** For the policy `allowlist`, beside those of the configuration. */
    allow: z.array(AllowedHost).max(100).optional(),
    /** For every program in it. Not for secrets: who sees the workspace sees them. */
    env: z.record(EnvironmentName, text(4096)).optional(),
  })
  .meta({ id: 'ContainerSettings' });
export type ContainerSettings = z.output<typeof ContainerSettings>;

/** A container as it is made: every setting has its value. */
export const Container = z
  .object({
    image: z.string(),
    dockerfile: z.string().nullable(),
    cpu: z.number(),
    memory: z.int(),
    disk: z.int(),
    pids: z.int(),
    network: NetworkPolicy,
    allow: z.array(z.string()),
    env: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Container' });
export type Container = z.infer<typeof Container>;

/** What the administrator's limits have against a workspace's settings. */
export function containerProblems(settings: ContainerSettings, config: DockerConfig): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const atMost = (key: 'cpu' | 'memory' | 'disk' | 'pids', most: number): void => {
    if ((settings[key] ?? 0) <= most) return;
    const message = `must be at most ${most}, the administrator's limit (docker.max_${key})`;
    problems.push({ path: `container.${key}`, message });
  };
  atMost('cpu', config.max_cpu);
  atMost('memory', config.max_memory);
  atMost('disk', config.max_disk);
  atMost('pids', config.max_pids);
  if (settings.network !== undefined && !config.networks.includes(settings.network)) {
    const message = `must be ${config.networks.join(' or ')}: the administrator allows no other (docker.networks)`;
    problems.push({ path: 'container.network', message });
  }
  return problems;
}

/** The settings in force. An administrator's limit that is newer than the workspace counts too. */
export function resolveContainer(settings: ContainerSettings, config: DockerConfig): Container {
  const network = settings.network ?? config.network;
  return {
    image: settings.image ?? config.image,
    dockerfile: settings.dockerfile ?? null,
    cpu: Math.min(settings.cpu ?? config.cpu, config.max_cpu),
    memory: Math.min(settings.memory ?? config.memory, config.max_memory),
    disk: Math.min(settings.disk ?? config.disk, config.max_disk),
    pids: Math.min(settings.pids ?? config.pids, config.max_pids),
    network: config.networks.includes(network) ? network : 'isolated',
    allow: [...new Set([...config.allow, ...(settings.allow ?? [])])],
    env: settings.env ?? {},
  };
}
