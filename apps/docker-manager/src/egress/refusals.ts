import type { Logger } from '@aicode/service-kit';

import { shown } from './egress-refusal.js';

const windowMs = 60_000;
const linesPerWindow = 10;

/** Counts what the policy refused, and says so in the log: each host once a minute, a few hosts at most. */
export class Refusals {
  count = 0;
  private unsaid = 0;
  private windowStart = Number.NEGATIVE_INFINITY;
  private readonly said = new Set<string>();

  constructor(
    private readonly log: Logger,
    private readonly workspaceId: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(host: string): void {
    this.count += 1;
    if (this.now() - this.windowStart >= windowMs) {
      this.windowStart = this.now();
      this.said.clear();
    }
    if (this.said.has(host) || this.said.size >= linesPerWindow) {
      this.unsaid += 1;
      return;
    }
    this.said.add(host);
    this.log.warn(
      { workspace_id: this.workspaceId, host: shown(host), refused: this.count, unsaid: this.unsaid },
      'the network policy refused a connection',
    );
    this.unsaid = 0;
  }
}
