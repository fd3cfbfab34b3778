import { randomBytes } from 'node:crypto';

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

/** What the proxy knows of one CLI process, under the token that the process has instead of a key. */
export class ProxiedProcess {
  private closing: Promise<void> | undefined;
  readonly token = `aicli-${randomBytes(24).toString('base64url')}`;
  readonly tokens: TokenCount = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };
  /** Of the newest request; null once one has succeeded after it. */
  failure: ModelFailure | null = null;
  /** Requests that are under way: the process waits for the model, it does not hang. */
  active = 0;
  requests = 0;

  /**
   * @param directory holds its socket; mount the directory, not the file in it
   * @param end closes the socket
   */
  constructor(
    readonly directory: string,
    private readonly end: () => Promise<void>,
  ) {}

  /** Its token and its socket are worth nothing from here on. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  succeeded(): void {
    this.failure = null;
  }

  failed(failure: ModelFailure): void {
    this.failure = failure;
  }
}
