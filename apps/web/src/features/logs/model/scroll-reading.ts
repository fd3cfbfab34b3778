import type { FollowEvent } from './follow-state.js';

/** A scroll box as it stands (pixels). */
export interface ScrollPlace {
  top: number;
  height: number;
  view: number;
}

export function distanceToEnd({ top, height, view }: ScrollPlace): number {
  return Math.max(0, height - view - top);
}

/**
 * What a scroll event says of the reader. Downwards it counts only while they are at it with wheel, finger, key or bar: nothing else
 * leads back to the end. Upwards it counts too where the content is as it was: assistive technology uses none of these.
 */
export function readScroll(
  last: ScrollPlace,
  now: ScrollPlace,
  byReader: boolean,
  hasEnd: boolean,
): Extract<FollowEvent, { type: 'scrolled' }> {
  const moved = now.top - last.top;
  const isSame = last.height === now.height && last.view === now.view;
  const counts = byReader || (moved < 0 && isSame);
  return { type: 'scrolled', delta: counts ? moved : 0, distance: distanceToEnd(now), hasEnd };
}
