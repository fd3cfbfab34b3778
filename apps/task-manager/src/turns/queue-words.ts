import type { WaitsFor, WorkspaceState } from '@aicode/contracts';

export interface PlaceInQueue {
  waitsFor: WaitsFor;
  /** 1 is taken first. */
  position: number;
  /** Tasks of the same workspace that are taken before it. */
  beforeInWorkspace: number;
  workspaceState: WorkspaceState;
  dueAt: string | null;
  /** Of the attempt before, if there was one. */
  reason: string | null;
}

/** Why a task has not begun, in a sentence. */
export function queueWords(place: PlaceInQueue): string {
  switch (place.waitsFor) {
    case 'runner':
      return place.position === 1
        ? 'It is next: it starts as soon as a runner is free.'
        : `It waits for a runner: ${tasksBefore(place.position - 1)} before it.`;
    case 'slot':
      return place.beforeInWorkspace === 0
        ? 'Its workspace is busy: it is the next to run there.'
        : `Its workspace is busy: ${tasksBefore(place.beforeInWorkspace)} before it there.`;
    case 'retry':
      return `It is tried again at ${utc(place.dueAt)}.${place.reason === null ? '' : ` ${place.reason}`}`;
    case 'workspace':
      return ofWorkspace(place.workspaceState);
  }
}

function tasksBefore(count: number): string {
  return count === 1 ? '1 task is' : `${count} tasks are`;
}

/** To the second, since the time zone of the reader is not known here. */
function utc(time: string | null): string {
  return `${(time ?? '').slice(0, 19).replace('T', ' ')} UTC`;
}

function ofWorkspace(state: WorkspaceState): string {
  switch (state) {
    case 'creating':
      return 'Its workspace is still being made; it waits until that is ready.';
    case 'deleting':
      return 'Its workspace is being deleted; it will be cancelled.';
    case 'failed':
    case 'ready':
      return 'Its workspace is gone or could not be created; it will end as failed.';
  }
}
