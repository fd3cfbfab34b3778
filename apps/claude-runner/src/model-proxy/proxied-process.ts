import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';

import type { ConnectionServer } from './connection-server.js';
import { costOfTokens, priceOf, type PriceTable } from './prices.js';
import { bytesOfToken, type AnswerUsage } from './usage.js';

/** Why the newest model request failed, as the proxy saw it. */
export interface ModelFailure {
  /** HTTP status; null if there was no answer, or none any more. */
  status: number | null;
  kind: 'status' | 'unreachable' | 'silent' | 'no_credential';
  retryAfterMs: number | null;
}

/** Tokens of all answers to one process. */
export interface TokenCount {
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
}

/** What a process may use up, in US dollars. */
export interface Budget {
  /** Null: no limit. */
  usd: number | null;
  /** A model request was refused, because nothing is left. */
  onSpent(): void;
}

export const noBudget: Budget = { usd: null, onSpent: () => undefined };

/** What the proxy knows of one CLI process, under the token that the process has instead of a key. */
export class ProxiedProcess {
  readonly token = `aicli-${randomBytes(24).toString('base64url')}`;
  readonly tokens: TokenCount = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };
  /** What its answers cost so far, by the list of prices. */
  costUsd = 0;
  /** Of the newest request; null once one has succeeded after it. */
  failure: ModelFailure | null = null;
  /** Requests that are under way or wait for their turn: the process waits for the model, it does not hang. */
  active = 0;
  requests = 0;
  /** Which one answered last. */
  private model: string | null = null;

  constructor(
    private readonly server: ConnectionServer,
    private readonly prices: PriceTable,
    readonly budget: Budget,
    private readonly onClose: () => void,
  ) {}

  /** Takes a connection of the process to the model. */
  accept(connection: Duplex): void {
    this.server.accept(connection);
  }

  /** Its token and its connections are worth nothing from here on. */
  close(): void {
    this.server.close();
    this.onClose();
  }

  get budgetSpent(): boolean {
    return this.budget.usd !== null && this.costUsd >= this.budget.usd;
  }

  used({ model, tokens }: AnswerUsage): void {
    this.tokens.input_tokens += tokens.input_tokens;
    this.tokens.output_tokens += tokens.output_tokens;
    this.tokens.cache_read_tokens += tokens.cache_read_tokens;
    this.tokens.cache_write_tokens += tokens.cache_write_tokens;
    this.costUsd += costOfTokens(tokens, priceOf(model, this.prices));
    this.model = model ?? this.model;
  }

  /** It went away before the answer came: the model has read what it sent all the same. */
  leftUnanswered(bytes: number): void {
    const nothing = { output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, hour_write_tokens: 0 };
    this.used({ model: this.model, tokens: { ...nothing, input_tokens: Math.ceil(bytes / bytesOfToken) } });
  }

  succeeded(): void {
    this.failure = null;
  }

  failed(failure: ModelFailure): void {
    this.failure = failure;
  }
}
