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
 * What a scroll event says of the reader. Where the content changed since the last one, the browser or we may have moved the view:
 * that is no word of the reader's, unless they are at it right now with wheel, finger, key or bar.
 */
export function readScroll(
  last: ScrollPlace,
  now: ScrollPlace,
  byReader: boolean,
  hasEnd: boolean,
): Extract<FollowEvent, { type: 'scrolled' }> {
  const mayCount = byReader || (last.height === now.height && last.view === now.view);
  return { type: 'scrolled', delta: mayCount ? now.top - last.top : 0, distance: distanceToEnd(now), hasEnd };
}
