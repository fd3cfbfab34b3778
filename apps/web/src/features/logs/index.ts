import { lazy } from 'react';

export type { LogPort } from './live/log-port.js';
export { formatLineHash, parseLineHash, pointAt, type LineRange } from './model/line-link.js';
export type { TaskLogProps } from './view/task-log.js';

/** The log of a task; it and all that it shows is loaded when a task is opened. */
export const TaskLog = lazy(async () => ({ default: (await import('./view/task-log.js')).TaskLog }));
