/**
 * Whether the log keeps its end in view. There are two states; each change of them is one of the events below, and nothing else
 * changes them (dashboard.md, the live log, rule 2).
 */
export interface FollowState {
  mode: 'following' | 'paused';
  /** Pixels that the reader has moved up lately without pausing. */
  upward: number;
  /** What came while paused. */
  newRows: number;
  newErrors: number;
}

export type FollowEvent =
  /** The reader's wheel or finger: pixels, negative is upwards. */
  | { type: 'moved'; delta: number }
  /** A key or a click that leads away from the end, or looks closer at something: Page Up, a folded row, a selection, a link. */
  | { type: 'looked' }
  /** The view moved: pixels since the last position that we know, and how far it is from the end now. */
  | { type: 'scrolled'; delta: number; distance: number; hasEnd: boolean }
  /** The End key or the button. */
  | { type: 'resumed' }
  | { type: 'arrived'; rows: number; errors: number };

/** More upward movement than this pauses (pixels). */
export const pauseAfter = 5;
/** As near to the end as this the reader is at the end (pixels). */
export const endZone = 4;

export function startFollowing(following: boolean): FollowState {
  return { mode: following ? 'following' : 'paused', upward: 0, newRows: 0, newErrors: 0 };
}

export function nextFollowState(state: FollowState, event: FollowEvent): FollowState {
  switch (event.type) {
    case 'moved':
      return event.delta < 0 ? moveUp(state, -event.delta) : rest(state);
    case 'looked':
      return pause(state);
    case 'scrolled':
      return scroll(state, event);
    case 'resumed':
      return startFollowing(true);
    case 'arrived':
      return arrive(state, event.rows, event.errors);
  }
}

function moveUp(state: FollowState, pixels: number): FollowState {
  if (state.mode === 'paused') return state;
  const upward = state.upward + pixels;
  return upward > pauseAfter ? pause(state) : { ...state, upward };
}

function rest(state: FollowState): FollowState {
  return state.upward === 0 ? state : { ...state, upward: 0 };
}

function pause(state: FollowState): FollowState {
  return state.mode === 'paused' ? state : startFollowing(false);
}

/** At the end an upward movement is the browser's: the content became shorter. */
function scroll(state: FollowState, event: Extract<FollowEvent, { type: 'scrolled' }>): FollowState {
  const isAtEnd = event.distance <= endZone;
  if (state.mode === 'paused') {
    return isAtEnd && event.delta > 0 && event.hasEnd ? startFollowing(true) : state;
  }
  return !isAtEnd && event.delta < -pauseAfter ? pause(state) : state;
}

function arrive(state: FollowState, rows: number, errors: number): FollowState {
  if (state.mode === 'following' || (rows === 0 && errors === 0)) return state;
  return { ...state, newRows: state.newRows + rows, newErrors: state.newErrors + errors };
}

/** Keys by which a scroll box moves up. */
export function movesUp(key: string, shift: boolean): boolean {
  return key === 'ArrowUp' || key === 'PageUp' || key === 'Home' || (key === ' ' && shift);
}
