/** How long it takes until a program runs in a workspace's container, from each state that the container may be in. */
import { setTimeout as delay } from 'node:timers/promises';

import { createApiClient } from '@aicode/api-client';
import { connectExecStream } from '@aicode/exec-stream';
import { dockerAt, signIn, startStack } from '@aicode/testing';

import { engineHost, readyWorkspace } from './engine.js';
import { median, percentile, round, times } from './figures.js';

const rounds = 8;
const enoughMs = 80_000;

export async function run({ signal }) {
  const docker = dockerAt(engineHost());
  const stacks = { without: await stackWith(0), pooled: await stackWith(1) };
  try {
    const without = await clientOf(stacks.without);
    const pooled = await clientOf(stacks.pooled);
    const found = { none: [], pool: [], stopped: [], paused: [], running: [] };
    const begun = performance.now();
    for (let i = 0; i < rounds && performance.now() - begun < enoughMs; i += 1) {
      signal.throwIfAborted();
      const workspace = await readyWorkspace(without, `start-${i}`);
      found.none.push(await timeExec(without, workspace, signal));
      found.running.push(await timeExec(without, workspace, signal));
      await without.workspaces.stop({ id: workspace.id });
      found.stopped.push(await timeExec(without, workspace, signal));
      for (const { Id } of await containersOf(docker, workspace)) await docker.getContainer(Id).pause();
      found.paused.push(await timeExec(without, workspace, signal));

      const ahead = await readyWorkspace(pooled, `pool-${i}`);
      while ((await containersOf(docker, ahead))[0]?.State !== 'paused') await delay(20);
      found.pool.push(await timeExec(pooled, ahead, signal));
    }
    return report(found);
  } finally {
    for (const stack of Object.values(stacks)) await stack.stop();
  }
}

/** A platform on which nothing rests by itself. */
function stackWith(pool) {
  const env = { AICLI_DOCKER_PAUSE_AFTER: '1h', AICLI_DOCKER_STOP_AFTER: '2h', AICLI_DOCKER_POOL: String(pool) };
  return startStack({ dockerHost: engineHost(), env });
}

async function clientOf(stack) {
  const { token } = await signIn(stack.url, stack.admin);
  return createApiClient({ baseUrl: stack.url, token: () => Promise.resolve(token), userAgent: 'bench' });
}

function containersOf(docker, workspace) {
  return docker.listContainers({ all: true, filters: { label: [`io.aicode.workspace=${workspace.id}`] } });
}

/** From the request to the first byte that a program in the container prints (ms). */
async function timeExec(client, workspace, signal) {
  const start = performance.now();
  const access = await client.workspaces.exec({ id: workspace.id, command: 'echo', args: ['ready'] });
  const url = new URL(access.path, client.server).href;
  const exec = await connectExecStream({ url, token: access.token, timeoutMs: 60_000, signal });
  exec.stderr?.resume();
  let said = '';
  let firstByte = 0;
  for await (const chunk of exec.stdout) {
    firstByte ||= performance.now();
    said += chunk;
  }
  const { code } = await exec.exited;
  if (code !== 0 || said !== 'ready\n') throw new Error(`the program ended with ${code} and said: ${said}`);
  return firstByte - start;
}

function report(found) {
  const words = {
    none: 'not there: created and started',
    pool: 'made ahead by the pool',
    stopped: 'stopped: started again',
    paused: 'paused',
    running: 'running',
  };
  const rows = Object.entries(found).map(([state, ms]) => {
    const sorted = ms.toSorted((a, b) => a - b);
    return {
      'the container is': words[state],
      'to the first byte (ms)': round(median(ms)),
      'p25…p75': `${round(percentile(sorted, 0.25))}…${round(percentile(sorted, 0.75))}`,
      ratio: times(median(ms), median(found.running)),
    };
  });
  return {
    title: 'A container from its start to ready',
    how:
      `Medians of ${found.none.length} rounds: from \`POST /workspaces/:id/exec\` to the first byte of \`echo ready\` in the container, through ` +
      'gateway, bus, docker-manager, engine and exec stream. The sweep at the end of a program is not in it.',
    rows,
    ratios: [
      { what: 'cold / container runs', value: times(median(found.none), median(found.running)) },
      { what: 'from the pool / cold', value: times(median(found.pool), median(found.none)) },
      { what: 'stopped / cold', value: times(median(found.stopped), median(found.none)) },
      { what: 'paused / container runs', value: times(median(found.paused), median(found.running)) },
    ],
  };
}
