import Docker from 'dockerode';
import { z } from 'zod';

/** Every container that a platform has made for its home, whatever its state. */
export async function containersOf(dockerHost: string, home: string): Promise<Docker.ContainerInfo[]> {
  const all = await dockerAt(dockerHost).listContainers({ all: true, filters: { label: ['io.aicode.home'] } });
  return all.filter(({ Mounts }) => Mounts.some(({ Source }) => Source?.startsWith(`${home}/`)));
}

/** Removes them; the names of those that still ran. */
export async function removeContainersOf(dockerHost: string, home: string): Promise<string[]> {
  const docker = dockerAt(dockerHost);
  const left = await containersOf(dockerHost, home);
  // One that goes by itself meanwhile is gone as well.
  await Promise.allSettled(left.map(({ Id }) => docker.getContainer(Id).remove({ force: true })));
  return left.filter(({ State }) => State === 'running' || State === 'paused').map(({ Names }) => Names.join());
}

const Top = z.object({ Processes: z.array(z.array(z.string())).nullable() });

/** The command lines of what runs in a container, one a line; empty if it does not run. */
export async function processesIn(container: Docker.Container): Promise<string> {
  const answer: unknown = await container.top().catch(() => ({ Processes: null }));
  return (Top.parse(answer).Processes ?? []).map((row) => row.join(' ')).join('\n');
}

/** @param host as in DOCKER_HOST, a unix socket */
export function dockerAt(host: string): Docker {
  return new Docker({ socketPath: host.replace(/^unix:\/\//, '') });
}
