/** 20 workspaces at once: what each costs the platform itself, and the machine. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { createApiClient } from '@aicode/api-client';
import { dockerAt, signIn, startStack } from '@aicode/testing';

import { engineHost, readyWorkspace, timeTask } from './engine.js';
import { median, round, times } from './figures.js';

const count = 20;
const restMs = 3000;

export async function run({ signal }) {
  const host = engineHost();
  const stack = await startStack({
    dockerHost: host,
    env: { AICLI_RUNNER_MAX_SESSIONS: String(count), AICLI_DOCKER_PAUSE_AFTER: '1h', AICLI_DOCKER_DISK: '64mb' },
  });
  try {
    const { token } = await signIn(stack.url, stack.admin);
    const client = createApiClient({ baseUrl: stack.url, token: () => Promise.resolve(token), userAgent: 'bench' });
    const first = await readyWorkspace(client, 'first');
    await timeTask(client, first, '#say warm', signal);
    const alone = await timeTask(client, first, '#say alone', signal);
    const before = await restingRss(stack.process.pid);

    const workspaces = [];
    for (let i = 0; i < count; i += 1) workspaces.push(await readyWorkspace(client, `many-${i}`));
    const begun = performance.now();
    const atWork = workspaces.map((workspace, i) => timeTask(client, workspace, `#gate all\n#say Done ${i}.`, signal));
    for (let i = 0; i < count; i += 1)
      await stack.model.waitForRequest(({ prompt }) => prompt.includes(`Done ${i}.`), { timeoutMs: 100_000 });
    const started = performance.now() - begun;
    const during = rss(stack.process.pid);
    const inContainers = await memoryOf(dockerAt(host), workspaces);
    stack.model.release('all');
    await Promise.all(atWork);
    const all = performance.now() - begun;
    return report({ alone, before, during, after: await restingRss(stack.process.pid), started, all, inContainers });
  } finally {
    await stack.stop();
  }
}

async function restingRss(pid) {
  await delay(restMs);
  return rss(pid);
}

/** MB. */
function rss(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kilobytes) / 1024;
}

/** MB of each container, the Claude CLI in it at work. */
async function memoryOf(docker, workspaces) {
  const filters = (id) => ({ label: [`io.aicode.workspace=${id}`] });
  const found = await Promise.all(
    workspaces.map(async ({ id }) => {
      const [container] = await docker.listContainers({ filters: filters(id) });
      const { memory_stats: memory } = await docker
        .getContainer(container.Id)
        .stats({ stream: false, 'one-shot': true });
      return (memory.usage - (memory.stats.total_inactive_file ?? memory.stats.inactive_file ?? 0)) / 1024 ** 2;
    }),
  );
  return median(found);
}

function report({ alone, before, during, after, started, all, inContainers }) {
  return {
    title: `${count} workspaces at once`,
    how:
      `One platform with ${count} sessions; ${count} new workspaces, each with a container and a file system of its own, each with one task whose ` +
      'model answer is held until all have asked. Memory of the platform is VmRSS of its one process: before with one workspace, with all at work, and at rest again.',
    rows: [
      { what: 'platform, one workspace, at rest (MB)', value: round(before) },
      { what: `platform, ${count} more at work (MB)`, value: round(during) },
      { what: `platform, ${count} more at rest, containers running (MB)`, value: round(after) },
      { what: 'the platform’s own memory for each, at work (MB)', value: round((during - before) / count, 2) },
      { what: 'the platform’s own memory for each, at rest (MB)', value: round((after - before) / count, 2) },
      { what: 'a container with Claude Code at work (MB)', value: round(inContainers) },
      { what: 'one task alone, container running (ms)', value: round(alone) },
      { what: `all ${count} have asked the model, from nothing (ms)`, value: round(started) },
      { what: `all ${count} have ended (ms)`, value: round(all) },
    ],
    ratios: [
      { what: `${count} tasks at once, cold / one task alone, warm`, value: times(all, alone) },
      { what: `the same for each of the ${count}`, value: times(all / count, alone) },
    ],
  };
}
