/** What a container costs beside a sandboxed process: the same one-turn task by two platforms, in turns, on one scripted answer. */
import { createApiClient } from '@aicode/api-client';
import { signIn, startStack } from '@aicode/testing';

import { engineHost, readyWorkspace, timeTask } from './engine.js';
import { median, percentile, round, times } from './figures.js';

const rounds = 12;
const enoughMs = 70_000;

export async function run({ signal }) {
  const stacks = [await startStack(), await startStack({ dockerHost: engineHost() })];
  try {
    const [process, docker] = await Promise.all(stacks.map((stack) => jobOn(stack, signal)));
    const cold = await docker('cold');
    await process('warm-up');
    const [ofProcess, ofDocker] = [[], []];
    const begun = performance.now();
    for (let i = 0; i < rounds && performance.now() - begun < enoughMs; i += 1) {
      const pair = [
        async () => ofProcess.push(await process(`process ${i}.`)),
        async () => ofDocker.push(await docker(`docker ${i}.`)),
      ];
      for (const job of i % 2 === 0 ? pair : pair.reverse()) await job();
    }
    return report(ofProcess, ofDocker, cold);
  } finally {
    for (const stack of stacks) await stack.stop();
  }
}

async function jobOn(stack, signal) {
  const { token } = await signIn(stack.url, stack.admin);
  const client = createApiClient({ baseUrl: stack.url, token: () => Promise.resolve(token), userAgent: 'bench' });
  const workspace = await readyWorkspace(client, 'bench');
  return (label) => timeTask(client, workspace, `#say Done by ${label}`, signal);
}

function report(process, docker, cold) {
  const row = (executor, ms) => ({
    executor,
    'task (ms)': round(median(ms)),
    'p25…p75': `${round(
      percentile(
        ms.toSorted((a, b) => a - b),
        0.25,
      ),
    )}…${round(
      percentile(
        ms.toSorted((a, b) => a - b),
        0.75,
      ),
    )}`,
    ratio: times(median(ms), median(process)),
  });
  return {
    title: 'The docker executor against the process executor',
    how:
      `Medians of ${docker.length} rounds: a one-turn task from \`POST /tasks\` to its terminal state by SSE, once on a platform with each ` +
      'executor, in changing order. Each task starts a new Claude CLI; the container runs already. "cold" is the very first task of a ' +
      'workspace, with the creation and start of its container in it.',
    rows: [row('process (bubblewrap)', process), row('docker, container runs', docker), row('docker, cold', [cold])],
    ratios: [
      { what: 'docker / process, one-turn task', value: times(median(docker), median(process)) },
      { what: 'cold / container runs', value: times(cold, median(docker)) },
    ],
  };
}
