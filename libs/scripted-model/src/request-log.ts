/** What the scripted model was asked, for tests to look at. */
import type { SideRequest } from './side-request.js';

export interface RecordedRequest {
  /** Counts from 1 in the order of arrival. */
  number: number;
  /** Milliseconds since the epoch. */
  time: number;
  endpoint: 'messages' | 'count_tokens';
  model: string;
  stream: boolean;
  /** The credential as it came, so that a test can tell whose it was. */
  credential: { kind: 'x-api-key' | 'bearer'; value: string } | null;
  headers: Record<string, string>;
  /** The CLI's session, from the request's metadata. */
  sessionId: string | null;
  /** Name of the scenario that answers; `inline` for a script in the prompt; null when none matched. */
  scenario: string | null;
  /** Set for requests that the CLI makes beside the conversation. */
  side: SideRequest | null;
  prompt: string;
  /** Replies of the model since the prompt. */
  turn: number;
  body: unknown;
  outcome: Outcome;
}

/** `client_left`: the client closed the connection before the answer was complete. */
export type Outcome = 'open' | 'replied' | 'refused' | 'dropped' | 'client_left';

export interface RequestLog {
  readonly requests: readonly RecordedRequest[];
  add: (request: RecordedRequest) => void;
  settle: (request: RecordedRequest, outcome: Outcome) => void;
  waitFor: (
    predicate: (request: RecordedRequest) => boolean,
    options?: { timeoutMs?: number },
  ) => Promise<RecordedRequest>;
  close: () => void;
}

/** @param keep how many requests are remembered; the oldest go first */
export function createRequestLog(keep: number): RequestLog {
  const requests: RecordedRequest[] = [];
  const watchers = new Set<{ look: () => void; stop: (reason: Error) => void }>();
  const changed = (): void => {
    for (const { look } of [...watchers]) look();
  };

  return {
    requests,
    add(request) {
      requests.push(request);
      if (requests.length > keep) requests.shift();
      changed();
    },
    settle(request, outcome) {
      if (request.outcome !== 'open') return;
      request.outcome = outcome;
      changed();
    },
    waitFor(predicate, { timeoutMs = 10_000 } = {}) {
      return new Promise((resolve, reject) => {
        const stop = (reason: Error): void => {
          clearTimeout(timer);
          watchers.delete(watcher);
          reject(reason);
        };
        const look = (): void => {
          const found = requests.find(predicate);
          if (!found) return;
          clearTimeout(timer);
          watchers.delete(watcher);
          resolve(found);
        };
        const watcher = { look, stop };
        const timer = setTimeout(
          () =>
            stop(new Error(`no such request within ${timeoutMs} ms; ${requests.length} came: ${summary(requests)}`)),
          timeoutMs,
        );
        watchers.add(watcher);
        look();
      });
    },
    close() {
      for (const { stop } of [...watchers]) stop(new Error('the scripted model was closed'));
    },
  };
}

const summary = (requests: RecordedRequest[]): string =>
  requests.map(({ scenario, side, turn, outcome }) => `${side ?? scenario ?? 'default'}#${turn} ${outcome}`).join(', ');
