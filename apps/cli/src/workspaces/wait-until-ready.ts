import { setTimeout as pause } from 'node:timers/promises';

import type { ApiClient } from '@aicode/api-client';
import type { Workspace } from '@aicode/contracts';

import { exitCodes } from '../exit-codes.js';
import { CliFailure } from '../failure.js';

const pollMs = 400;
/** Longer than the platform lets a clone take (workspaces.clone_timeout, 10 minutes if not set). */
const limitMs = 3_600_000;

/** Waits while a workspace's files come in; it is then ready or failed. */
export async function waitUntilReady(client: ApiClient, workspace: Workspace): Promise<Workspace> {
  let current = workspace;
  const deadline = performance.now() + limitMs;
  while (current.state === 'creating') {
    if (performance.now() > deadline) {
      throw new CliFailure(
        exitCodes.timedOut,
        'Its files are not there after an hour.',
        `See: aicli workspace show ${workspace.id}`,
      );
    }
    await pause(pollMs);
    current = await client.workspaces.get({ id: workspace.id });
  }
  return current;
}
