import { finished } from 'node:stream/promises';

import { DomainError } from '@aicode/contracts';
import type Docker from 'dockerode';

import { engineLimits, saidBy, statusOf, within } from '../containers/engine-client.js';

/** Where the egress proxy's socket is seen inside; its name is of the room's directory too. */
export const egressSocket = 'egress';
const socketInside = `/run/aicli/${egressSocket}`;

/** In a container without a network, its own loopback. */
const address = '127.0.0.1';
const port = 3128;
const maxConnections = 64;

/** Neither a task's user nor root: a task's `kill -9 -1` passes it by. */
const user = '65534:65534';

const listenTries = 150;
const triesEverySeconds = 0.02;

/**
 * Starts what brings a room's connections to the proxy from 127.0.0.1:3128 to its socket; resolves when it listens. To be called before
 * each program, after the room was swept: the sweep has ended the one before.
 * @throws DomainError container.image_unfit if the image has no socat, executor.unavailable if it does not listen
 */
export async function startForwarder(container: Docker.Container): Promise<void> {
  const listen = `TCP-LISTEN:${port},bind=${address},fork,reuseaddr,backlog=128,max-children=${maxConnections}`;
  const forwarder = await prepare(container, ['socat', listen, `UNIX-CONNECT:${socketInside}`], false);
  const answer = await start(() => forwarder.start({ Detach: true }));
  answer.resume();
  const first = `TCP-CONNECT:${address}:${port},retry=${listenTries},interval=${triesEverySeconds}`;
  const probe = await prepare(container, ['socat', '-u', 'OPEN:/dev/null', first], true);
  const stream = await start(() => probe.start({ hijack: true, stdin: false }));
  stream.resume();
  await within(engineLimits.question, () => finished(stream, { writable: false }).catch(() => undefined));
  stream.destroy();
  const [listening, connected] = await Promise.all([inspect(forwarder), exitCode(probe)]);
  if (listening.Running && connected === 0) return;
  throw new DomainError(
    'executor.unavailable',
    `The way to the egress proxy does not open in the container. Try again.`,
  );
}

/**
 * What makes programs use the proxy: curl, git and wget (lower case), npm, yarn, pip, apt, cargo, go, Claude (both cases), node 22.21, 24
 * and later. There is no ALL_PROXY: of other protocols it carries none, and some read it as SOCKS.
 */
export function proxyEnvironment(): Record<string, string> {
  const proxy = `http://${address}:${port}`;
  // `model`: the host of the Messages API, which has a socket of its own.
  const direct = 'localhost,127.0.0.1,::1,model';
  return {
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    https_proxy: proxy,
    NO_PROXY: direct,
    no_proxy: direct,
    npm_config_proxy: proxy,
    npm_config_https_proxy: proxy,
    npm_config_noproxy: direct,
    YARN_HTTP_PROXY: proxy,
    YARN_HTTPS_PROXY: proxy,
    NODE_USE_ENV_PROXY: '1',
  };
}

function prepare(container: Docker.Container, Cmd: string[], attached: boolean): Promise<Docker.Exec> {
  return within(engineLimits.question, (abortSignal) =>
    container.exec({ Cmd, User: user, WorkingDir: '/', AttachStdout: attached, AttachStderr: attached, abortSignal }),
  );
}

async function start<T>(begin: () => Promise<T>): Promise<T> {
  try {
    return await within(engineLimits.question, begin);
  } catch (error) {
    if (statusOf(error) === undefined || !/executable file not found|no such file/.test(saidBy(error))) throw error;
    throw new DomainError(
      'container.image_unfit',
      'The image has no socat, which the network policy `allowlist` needs. Install socat in it, or choose the policy isolated or open.',
      {},
      { cause: error },
    );
  }
}

function inspect(exec: Docker.Exec): Promise<Docker.ExecInspectInfo> {
  return within(engineLimits.question, (abortSignal) => exec.inspect({ abortSignal }));
}

/** The engine may close an exec's stream a moment before it knows the exit code. */
async function exitCode(exec: Docker.Exec): Promise<number | null> {
  const until = performance.now() + engineLimits.question;
  for (;;) {
    const { Running, ExitCode } = await inspect(exec);
    if (!Running || performance.now() > until) return ExitCode;
  }
}
