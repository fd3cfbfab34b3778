import { api } from '../../app/api/client.browser.js';
import { live } from '../../app/live/live.browser.js';
import type { LogPort } from '../logs/index.js';

/** So many matches are asked for; the server says how many there are. */
const mostMatches = 1000;

/** A task's log: pages over HTTP, its growing end over the page's one socket. */
export function logPort(taskId: string, workspaceId: string): LogPort {
  return {
    page: (after, limit, signal) =>
      api.logs.read({ id: taskId, after: { seq: after, attempt: null }, limit }, { signal }),
    search: (query, signal) => api.logs.search({ id: taskId, q: query, limit: mostMatches }, { signal }),
    follow: (after, sink) =>
      live.follow(
        { workspaceId, taskId, after },
        {
          onLog: (entry) => sink.entry(entry),
          onReset: (from) => sink.reset(from),
          onTask: (task, end) => sink.task(task, end),
          onProblem: (error) => sink.problem(error),
        },
      ),
  };
}
