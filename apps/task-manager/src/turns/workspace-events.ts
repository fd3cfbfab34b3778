import { workspaceChanged } from '@aicode/contracts';
import type { EventBus } from '@aicode/service-kit';

import type { Kicker } from './kick.js';

/** Tasks that waited for their workspace are queued when it gets ready. A lost event costs one round of the reconciler. */
export async function kickWhenReady(events: EventBus, kicker: Kicker): Promise<void> {
  await events.subscribe(workspaceChanged, async ({ workspace }) => {
    if (workspace.state === 'ready') await kicker.kick(workspace.id);
  });
}
