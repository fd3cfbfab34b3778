import { z } from 'zod';

import type { TokenCount } from './proxied-process.js';

const count = z.number().nonnegative().catch(0).default(0);
const UsageFields = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});
const Carrier = z.object({
  type: z.string().optional(),
  message: z.object({ usage: UsageFields.optional() }).optional(),
  usage: UsageFields.optional(),
});

/**
 * Counts the tokens of one answer while it passes by, streamed or whole, without holding it back: of a stream it looks at
 * `message_start` (input) and the last `message_delta` (output), which carries totals.
 */
export class UsageReader {
  private line = '';
  private readonly seen: TokenCount = {
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
  };

  constructor(private readonly streamed: boolean) {}

  read(chunk: Buffer): void {
    this.line += chunk.toString('latin1');
    if (!this.streamed) return;
    const lines = this.line.split('\n');
    this.line = lines.pop() ?? '';
    for (const line of lines) this.readEvent(line);
    if (this.line.length > maxLine) this.line = '';
  }

  /** Adds what this answer used to the process's count. */
  addTo(total: TokenCount): void {
    if (!this.streamed) this.note(this.line);
    total.input_tokens += this.seen.input_tokens;
    total.output_tokens += this.seen.output_tokens;
    total.cache_read_tokens += this.seen.cache_read_tokens;
    total.cache_write_tokens += this.seen.cache_write_tokens;
  }

  private readEvent(line: string): void {
    if (line.startsWith('data:') && line.includes('"usage"')) this.note(line.slice(5));
  }

  private note(json: string): void {
    const carrier = Carrier.safeParse(parse(json));
    const usage = carrier.data?.usage ?? carrier.data?.message?.usage;
    if (!usage) return;
    this.seen.output_tokens = Math.max(this.seen.output_tokens, usage.output_tokens);
    this.seen.input_tokens = Math.max(this.seen.input_tokens, usage.input_tokens);
    this.seen.cache_read_tokens = Math.max(this.seen.cache_read_tokens, usage.cache_read_input_tokens);
    this.seen.cache_write_tokens = Math.max(this.seen.cache_write_tokens, usage.cache_creation_input_tokens);
  }
}

const maxLine = 1024 ** 2;

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null; // an answer that is not JSON uses no tokens that we could know of
  }
}
