import type { Summary, TaskState } from '@aicode/contracts';

/** Where a figure leads: the list of what it counts. */
export interface Leads {
  to: '/tasks' | '/queue' | '/workspaces' | '/nodes';
  state?: TaskState;
}

export const endedStates = ['succeeded', 'failed', 'timed_out', 'cancelled'] as const;
export type EndedState = (typeof endedStates)[number];

export function leadsTo(what: 'running' | 'waiting' | 'waiting_approval' | EndedState): Leads {
  if (what === 'waiting') return { to: '/queue' };
  return { to: '/tasks', state: what };
}

/** When the person's day began, with their offset, as the summary asks for it: `2026-01-31T00:00:00+09:00`. */
export function dayBegan(now: Date): string {
  const start = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const minutes = -start.getTimezoneOffset();
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0');
  const date = `${start.getFullYear()}-${two(start.getMonth() + 1)}-${two(start.getDate())}`;
  return `${date}T00:00:00${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Milliseconds until the day ends, when today's figures begin anew. */
export function untilTomorrow(now: Date): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() - now.getTime();
}

export function endedToday(summary: Pick<Summary, 'ended_today'>): number {
  return endedStates.reduce((sum, state) => sum + summary.ended_today[state], 0);
}

/** Nothing was ever done here: the page tells the first step instead of rows of noughts. */
export function isFirstUse(summary: Pick<Summary, 'recent' | 'running' | 'waiting' | 'waiting_approval'>): boolean {
  return summary.recent.length + summary.running + summary.waiting + summary.waiting_approval === 0;
}
