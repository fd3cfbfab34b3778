import { Duplex } from 'node:stream';

import { DomainError } from '@aicode/contracts';
import type Docker from 'dockerode';

import { engineLimits, saidBy, statusOf, unless, within, withoutPaths } from '../containers/engine-client.js';
import { execOutput } from '../containers/exec-output.js';

export interface OneRun {
  image: string;
  labels: Record<string, string>;
  /** `host`, or `container:<id>`. */
  network: string;
  capabilities?: string[];
  /** For /bin/sh -c; ours, never a user's. */
  script: string;
  /** Its $1, $2, … */
  args: string[];
}

const longestRun = 20_000;
const longestOutput = 256 * 1024;
const MiB = 1024 ** 2;

/** Runs a script in a container of its own that sees no file of the host. @returns what it printed @throws DomainError if it fails */
export async function runOnce(docker: Docker, run: OneRun): Promise<string> {
  const container = await create(docker, run);
  try {
    const stream = await within(engineLimits.question, () =>
      container.attach({ stream: true, stdout: true, stderr: true, hijack: true }),
    );
    if (!(stream instanceof Duplex)) throw new Error('attach gave no stream');
    return await output(container, stream);
  } finally {
    await unless(
      [404, 409],
      within(engineLimits.remove, () => container.remove({ force: true, v: true })),
    );
  }
}

async function output(container: Docker.Container, stream: Duplex): Promise<string> {
  const { stdout, stderr, ended } = execOutput(stream, false);
  const text = { stdout: '', stderr: '' };
  for (const [name, readable] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const) {
    readable?.setEncoding('utf8').on('data', (chunk: string) => {
      if (text[name].length < longestOutput) text[name] += chunk;
    });
  }
  try {
    await within(engineLimits.stop, () => container.start());
    await within(longestRun, () => ended);
    const result: unknown = await within(engineLimits.question, () => container.wait());
    const code: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, 'StatusCode') : undefined;
    if (code === 0) return text.stdout;
    throw failed(text.stderr);
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    throw failed(saidBy(error), error);
  } finally {
    stream.destroy();
  }
}

async function create(docker: Docker, run: OneRun): Promise<Docker.Container> {
  const options: Docker.ContainerCreateOptions = {
    Image: run.image,
    Labels: run.labels,
    User: '0:0',
    WorkingDir: '/',
    Entrypoint: ['/bin/sh', '-c', run.script, 'sh'],
    Cmd: run.args,
    Env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
    Healthcheck: { Test: ['NONE'] },
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      NetworkMode: run.network,
      // An engine that maps users gives the right over a network to nobody else.
      UsernsMode: 'host',
      CapDrop: ['ALL'],
      CapAdd: run.capabilities ?? [],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: 64 * MiB,
      MemorySwap: 64 * MiB,
      PidsLimit: 32,
      LogConfig: { Type: 'none', Config: {} },
      RestartPolicy: { Name: 'no' },
    },
  };
  try {
    return await within(engineLimits.create, (abortSignal) => docker.createContainer({ ...options, abortSignal }));
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw new DomainError(
      'container.image_missing',
      `The Docker engine does not have the image ${run.image} (docker.image), which the network policy \`open\` needs. Get it with ./tools/workspace-image or docker pull.`,
    );
  }
}

function failed(said: string, cause?: unknown): DomainError {
  const words = withoutPaths(said).split('\n')[0]?.slice(0, 300) ?? '';
  return new DomainError(
    'executor.unavailable',
    `The network of a container could not be closed to private addresses: ${words || 'no reason was given'}. The image of docker.image needs nft and ip; without them choose the network policy isolated or allowlist.`,
    {},
    { cause },
  );
}
