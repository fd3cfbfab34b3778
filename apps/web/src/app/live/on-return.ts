import type { LiveStatus } from '@aicode/api-client';

/** Hears of a connection's states; calls back each time it stands again after it was lost. */
export function onReturn(back: () => void): (status: Pick<LiveStatus, 'state'>) => void {
  let lost = false;
  return ({ state }) => {
    if (state === 'reconnecting' || state === 'signed-out') lost = true;
    if (state !== 'online' || !lost) return;
    lost = false;
    back();
  };
}
