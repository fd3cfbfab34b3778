export type CheckState = 'ok' | 'warn' | 'fail';

/** `warn`: the platform runs, with less than it could. `fail`: it can't do its main job. */
export interface Check {
  name: string;
  state: CheckState;
  /** What was found, one sentence. */
  message: string;
  /** What to do; null if nothing needs to be done. */
  remedy: string | null;
}

export const ok = (name: string, message: string): Check => ({ name, state: 'ok', message, remedy: null });
export const warn = (name: string, message: string, remedy: string): Check => ({
  name,
  state: 'warn',
  message,
  remedy,
});
export const fail = (name: string, message: string, remedy: string): Check => ({
  name,
  state: 'fail',
  message,
  remedy,
});
