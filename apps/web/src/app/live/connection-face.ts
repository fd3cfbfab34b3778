import type { LiveStatus } from '@aicode/api-client';

/** What the page says of its connection. */
export type ConnectionFace = 'online' | 'connecting' | 'reconnecting' | 'offline' | 'signed-out';

/** A break shorter than this (milliseconds) is nobody's business. */
export const shortBreakMs = 2_000;

/**
 * The browser's own "offline" counts only while the connection is lost: the platform may run on this machine, which needs no
 * network.
 */
export function connectionFace({ state }: Pick<LiveStatus, 'state'>, browserOnline: boolean): ConnectionFace {
  switch (state) {
    case 'online':
    case 'signed-out':
      return state;
    case 'reconnecting':
      return browserOnline ? 'reconnecting' : 'offline';
    case 'idle':
    case 'connecting':
      return 'connecting';
  }
}
