import { z } from 'zod';

import type { PricedTokens } from './prices.js';

const count = z.number().nonnegative().catch(0).default(0);
const UsageFields = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  cache_creation: z.object({ ephemeral_1h_input_tokens: count }).nullish().catch(null),
});
const Carrier = z.object({
  type: z.string().optional(),
  model: z.string().optional().catch(undefined),
  message: z.object({ usage: UsageFields.optional(), model: z.string().optional().catch(undefined) }).optional(),
  usage: UsageFields.optional(),
});

/** What one answer used. */
export interface AnswerUsage {
  /** As the model API named it; null if it did not. */
  model: string | null;
  tokens: PricedTokens;
}

/**
 * Counts the tokens of one answer while it passes by, streamed or whole, without holding it back: of a stream it looks at
 * `message_start` (model, input) and the last `message_delta` (output), which carries totals. Whoever leaves before that has had
 * what was streamed: it is estimated.
 */
export class UsageReader {
  private line = '';
  private model: string | null = null;
  private streamedBytes = 0;
  /** The last of a stream has passed. */
  complete = false;
  private readonly seen: PricedTokens = {
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    hour_write_tokens: 0,
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

  /** Once the answer is over, in whatever way. */
  used(): AnswerUsage {
    if (!this.streamed) this.note(this.line);
    const estimate = Math.ceil(this.streamedBytes / bytesOfToken);
    return {
      model: this.model,
      tokens: { ...this.seen, output_tokens: Math.max(this.seen.output_tokens, estimate) },
    };
  }

  private readEvent(line: string): void {
    if (!line.startsWith('data:')) return;
    if (line.includes('"usage"')) this.note(line.slice(5));
    if (line.includes('"message_delta"')) this.streamedBytes = 0;
    else if (line.includes('"message_stop"')) this.complete = true;
    else if (line.includes('"content_block_delta"')) this.streamedBytes += Math.max(0, line.length - frameBytes);
  }

  private note(json: string): void {
    const carrier = Carrier.safeParse(parse(json)).data;
    this.model ??= carrier?.message?.model ?? carrier?.model ?? null;
    const usage = carrier?.usage ?? carrier?.message?.usage;
    if (!usage) return;
    const most = (name: keyof PricedTokens, tokens: number): void => {
      this.seen[name] = Math.max(this.seen[name], tokens);
    };
    most('output_tokens', usage.output_tokens);
    most('input_tokens', usage.input_tokens);
    most('cache_read_tokens', usage.cache_read_input_tokens);
    most('cache_write_tokens', usage.cache_creation_input_tokens);
    most('hour_write_tokens', usage.cache_creation?.ephemeral_1h_input_tokens ?? 0);
  }
}

const maxLine = 1024 ** 2;
/** Of an event of a stream, what is not the text: `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta",…` */
const frameBytes = 80;
/** Of plain text, about. */
export const bytesOfToken = 4;

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null; // an answer that is not JSON uses no tokens that we could know of
  }
}
