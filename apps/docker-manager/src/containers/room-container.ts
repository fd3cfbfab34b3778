import { DomainError } from '@aicode/contracts';
import type Docker from 'dockerode';

import { engineLimits, saidBy, statusOf, unless, within, withoutPaths } from './engine-client.js';
import { killContainer } from './sweep.js';
import { labels } from './names.js';

export interface Ready {
  container: Docker.Container;
  id: string;
  /** The host's pid of its first process. */
  pid: number;
  /** It was made or started by this call: nothing runs in it. */
  fresh: boolean;
}

/** Whatever state it is in, the container that `spec` describes runs afterwards. One made from another spec is replaced. */
export async function ensureRunning(
  docker: Docker,
  spec: Docker.ContainerCreateOptions,
  startTimeout: number,
): Promise<Ready> {
  const name = spec.name ?? '';
  const found = await inspect(docker.getContainer(name));
  if (found && found.Config.Labels[labels.spec] === spec.Labels?.[labels.spec]) {
    const container = docker.getContainer(found.Id);
    if (found.State.Paused)
      await unless(
        [409, 500],
        within(engineLimits.question, () => container.unpause()),
      );
    if (found.State.Running) return { container, id: found.Id, pid: found.State.Pid, fresh: false };
    if (!found.State.Dead && found.State.Status !== 'removing') return start(container, startTimeout);
  }
  if (found) await removeContainer(docker.getContainer(found.Id));
  const container = await create(docker, spec);
  return start(container, startTimeout);
}

export async function inspect(container: Docker.Container): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await within(engineLimits.question, (abortSignal) => container.inspect({ abortSignal }));
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Gone when it resolves, also if somebody else removes it at the same time (409). */
export async function removeContainer(container: Docker.Container): Promise<void> {
  await unless(
    [404, 409],
    within(engineLimits.remove, () => container.remove({ force: true, v: true })),
  );
  await unless(
    [404],
    within(engineLimits.remove, () => container.wait({ condition: 'removed' })),
  );
}

export async function pauseContainer(container: Docker.Container): Promise<void> {
  await unless(
    [404, 409, 500],
    within(engineLimits.question, () => container.pause()),
  );
}

/** Nothing in it runs afterwards; what does run is killed, so that a stop is no chance for it. */
export async function stopContainer(container: Docker.Container): Promise<void> {
  const found = await inspect(container);
  if (!found?.State.Running) return;
  await killContainer(container);
}

async function create(docker: Docker, spec: Docker.ContainerCreateOptions): Promise<Docker.Container> {
  try {
    return await within(engineLimits.create, (abortSignal) => docker.createContainer({ ...spec, abortSignal }));
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    throw couldNot('made', error);
  }
}

async function start(container: Docker.Container, timeout: number): Promise<Ready> {
  try {
    await unless(
      [304],
      within(timeout, (abortSignal) => container.start({ abortSignal })),
    );
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    throw couldNot('started', error);
  }
  const found = await inspect(container);
  if (!found?.State.Running) {
    throw new DomainError(
      'container.image_unfit',
      `The container ended as soon as it was started (exit code ${found?.State.ExitCode ?? 'unknown'}). Its image needs a working /bin/sh.`,
    );
  }
  return { container, id: found.Id, pid: found.State.Pid, fresh: true };
}

function couldNot(what: string, error: unknown): DomainError {
  return new DomainError(
    'executor.unavailable',
    `The container could not be ${what}. The Docker engine says: ${withoutPaths(saidBy(error)).slice(0, 300)}`,
    {},
    { cause: error },
  );
}
