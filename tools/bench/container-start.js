/** How long it takes until a program runs in a workspace's container, from each state that the container may be in. */
import { createApiClient } from '@aicode/api-client';
import { connectExecStream } from '@aicode/exec-stream';
import { dockerAt, signIn, startStack } from '@aicode/testing';

import { engineHost, readyWorkspace } from './engine.js';
import { median, percentile, round, times } from './figures.js';

const rounds = 8;
const enoughMs = 80_000;

export async function run({ signal }) {
  const host = engineHost();
  const stack = await startStack({
    dockerHost: host,
    env: { AICLI_DOCKER_PAUSE_AFTER: '1h', AICLI_DOCKER_STOP_AFTER: '1h' },
  });
  try {
    const { token } = await signIn(stack.url, stack.admin);
    const client = createApiClient({ baseUrl: stack.url, token: () => Promise.resolve(token), userAgent: 'bench' });
    const found = { none: [], stopped: [], paused: [], running: [] };
    const begun = performance.now();
    for (let i = 0; i < rounds && performance.now() - begun < enoughMs; i += 1) {
      signal.throwIfAborted();
      const workspace = await readyWorkspace(client, `start-${i}`);
      found.none.push(await timeExec(client, workspace, signal));
      found.running.push(await timeExec(client, workspace, signal));
      await client.workspaces.stop({ id: workspace.id });
      found.stopped.push(await timeExec(client, workspace, signal));
      await pause(dockerAt(host), workspace);
      found.paused.push(await timeExec(client, workspace, signal));
      await client.workspaces.delete({ id: workspace.id, force: 'true' });
    }
    return report(found);
  } finally {
    await stack.stop();
  }
}

async function pause(docker, workspace) {
  const filters = { label: [`io.aicode.workspace=${workspace.id}`] };
  for (const { Id } of await docker.listContainers({ filters })) await docker.getContainer(Id).pause();
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
      { what: 'stopped / cold', value: times(median(found.stopped), median(found.none)) },
      { what: 'paused / container runs', value: times(median(found.paused), median(found.running)) },
    ],
  };
}
