import type { ServiceContext } from '@aicode/service-kit';

import type { Auth } from './auth.js';
import { pruneSessions } from './prune-sessions.js';

const pruneEvery = 3_600_000;

/** What is done beside the requests, until the service stops. Every replica does it; twice does no harm. */
export function startChores(context: ServiceContext, auth: Auth): void {
  const { shared } = context.redis;
  const running = new Set<Promise<void>>();
  const attempt = (what: string, work: () => Promise<unknown>): void => {
    const chore = work()
      .catch((error: unknown) => context.log.warn({ err: error }, `could not ${what}; it is tried again later`))
      .then(() => void running.delete(chore));
    running.add(chore);
  };
  // A Redis that was away may have lost the newest of its keys.
  const restore = (): void => attempt('put back ended sessions', () => auth.endedSessions.restore());
  const prune = (): void => attempt('delete old sessions', () => pruneSessions(auth.database, auth.config, Date.now()));

  shared.on('ready', restore);
  const timer = setInterval(prune, pruneEvery);
  prune();
  context.onStop('auth chores', async () => {
    clearInterval(timer);
    shared.off('ready', restore);
    await Promise.all(running);
  });
}
