import { containersRpc } from '@aicode/contracts';
import type { ServiceContext } from '@aicode/service-kit';

import type { WorkspaceRecords } from './workspace-records.js';

const everyMs = 30_000;

/** Tells docker-manager which workspaces there are: containers of others, which a crash has left, are removed there. */
export async function retainContainers(
  context: ServiceContext,
  records: WorkspaceRecords,
  signal: AbortSignal,
): Promise<void> {
  const ids = await records.ids(context.config.runner.node);
  await context.rpc.client(containersRpc).retain({ workspace_ids: ids }, { signal });
}

/** Does so now and every half minute. The function that is given back stops it. */
export function keepRetaining(context: ServiceContext, records: WorkspaceRecords): () => Promise<void> {
  const stop = new AbortController();
  let failing = false;
  const chore = async (): Promise<void> => {
    try {
      await retainContainers(context, records, stop.signal);
      failing = false;
    } catch (error) {
      // Said once: it fails all the time while docker-manager is away.
      if (!stop.signal.aborted && !failing) {
        context.log.warn({ err: error }, 'left containers could not be looked for; it is tried again');
      }
      failing = true;
    }
  };
  let running = chore();
  const timer = setInterval(() => {
    running = running.then(chore);
  }, everyMs);
  return async () => {
    clearInterval(timer);
    stop.abort(new Error('the service stops'));
    await running;
  };
}
