import { DomainError } from '@aicode/contracts';
import type Docker from 'dockerode';

import { engineLimits, saidBy, statusOf, unless, within } from '../containers/engine-client.js';
import { labels } from '../containers/names.js';

export interface NetworkOwner {
  /** Of `homeId`. */
  homeId: string;
  workspaceId: string;
}

export function networkName(workspaceId: string): string {
  return `aicode-${workspaceId}`;
}

const making = new Map<string, Promise<void>>();

/** The bridge network of one workspace exists. @returns its name @throws DomainError */
export async function ensureNetwork(docker: Docker, owner: NetworkOwner): Promise<string> {
  const name = networkName(owner.workspaceId);
  // Engines before 25 make two networks of one name when asked twice at once.
  const running = making.get(name) ?? make(docker, name, owner).finally(() => making.delete(name));
  making.set(name, running);
  await running;
  return name;
}

async function make(docker: Docker, name: string, { homeId, workspaceId }: NetworkOwner): Promise<void> {
  const found = await inspect(docker.getNetwork(name));
  if (found) {
    if (found.Labels?.[labels.home] === homeId && found.Labels[labels.workspace] === workspaceId) return;
    throw new DomainError(
      'executor.unavailable',
      `The Docker network ${name} exists and is not of this platform. Remove it with: docker network rm ${name}`,
    );
  }
  const options: Docker.NetworkCreateOptions = {
    Name: name,
    CheckDuplicate: true,
    Driver: 'bridge',
    EnableIPv6: false,
    Labels: { [labels.home]: homeId, [labels.workspace]: workspaceId },
    Options: { 'com.docker.network.bridge.enable_icc': 'false' },
  };
  try {
    await within(engineLimits.create, (abortSignal) => docker.createNetwork({ ...options, abortSignal }));
  } catch (error) {
    if (statusOf(error) === 409) return;
    if (!/address pool/i.test(saidBy(error))) throw error;
    throw new DomainError(
      'executor.unavailable',
      'The Docker engine has no addresses left for another network. Stop workspaces of the network policy open, or add address pools to the engine (default-address-pools in daemon.json).',
      {},
      { cause: error },
    );
  }
}

/** Its containers must be gone before. */
export async function removeNetwork(docker: Docker, owner: NetworkOwner): Promise<void> {
  const network = docker.getNetwork(networkName(owner.workspaceId));
  const found = await inspect(network);
  if (found?.Labels?.[labels.home] !== owner.homeId) return;
  await unless(
    [404],
    within(engineLimits.remove, () => network.remove()),
  );
}

/** Removes the networks of this home whose workspace is not named, but for those that a container still uses. */
export async function removeUnusedNetworks(docker: Docker, homeId: string, keep: ReadonlySet<string>): Promise<void> {
  const filters = { label: [`${labels.home}=${homeId}`] };
  const networks = await within(engineLimits.question, () => docker.listNetworks({ filters }));
  for (const { Id, Labels } of networks) {
    const workspaceId = Labels?.[labels.workspace];
    if (workspaceId !== undefined && keep.has(workspaceId)) continue;
    // 403, 409: a container is on it.
    await unless(
      [403, 404, 409],
      within(engineLimits.remove, () => docker.getNetwork(Id).remove()),
    );
  }
}

async function inspect(network: Docker.Network): Promise<Docker.NetworkInspectInfo | undefined> {
  try {
    const found: Docker.NetworkInspectInfo = await within(engineLimits.question, () => network.inspect());
    return found;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
