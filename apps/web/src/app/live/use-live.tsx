import type { LiveStatus } from '@aicode/api-client';
import type { Envelope } from '@aicode/contracts';
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';

import { connectionFace, type ConnectionFace } from './connection-face.js';
import { live } from './live.browser.js';

/** Hears the frames of a namespace (`platformNamespace`, `workspaceNamespace(id)`) while the component is shown; null: of none. */
export function useLive(namespace: string | null, handler: (frame: Envelope) => void): void {
  const hear = useEffectEvent(handler);
  useEffect(() => (namespace === null ? undefined : live.listen(namespace, (frame) => hear(frame))), [namespace]);
}

const watchStatus = (listener: () => void): (() => void) => live.onStatus(listener);
const readStatus = (): LiveStatus => live.status;

function watchBrowser(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

/** How the live connection is, and since when (milliseconds since 1970). */
export function useConnection(): { face: ConnectionFace; since: number } {
  const status = useSyncExternalStore(watchStatus, readStatus);
  const online = useSyncExternalStore(watchBrowser, () => navigator.onLine);
  return { face: connectionFace(status, online), since: status.since };
}
