import type { LogLevel } from '@aicode/contracts';
import { z } from 'zod';

/** What we read of the CLI's messages. The union is large and grows: everything else passes through untouched. */
const Block = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  thinking: z.string().optional(),
  name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  is_error: z.boolean().optional(),
  id: z.string().optional(),
  tool_use_id: z.string().optional(),
});
export const CliMessage = z.looseObject({
  type: z.string(),
  subtype: z.string().optional(),
  message: z.looseObject({ content: z.union([z.string(), z.array(Block)]).optional() }).optional(),
  result: z.string().optional(),
  is_error: z.boolean().optional(),
  num_turns: z.number().optional(),
  model: z.string().optional(),
  attempt: z.number().optional(),
  max_retries: z.number().optional(),
  error_status: z.number().nullable().optional(),
  errors: z.array(z.string()).optional(),
  total_cost_usd: z.number().optional(),
  tasks: z.array(z.looseObject({ task_type: z.string() })).optional(),
});
export type CliMessage = z.infer<typeof CliMessage>;
export type CliBlock = z.infer<typeof Block>;

const maxLength = 500;

/** One line in plain words for a message of the CLI. */
export function describeMessage(message: CliMessage): { level: LogLevel; message: string } {
  switch (message.type) {
    case 'assistant':
    case 'user':
      return describeBlocks(blocksOf(message), message.type);
    case 'result':
      return message.is_error
        ? {
            level: 'error',
            message: shorten(
              message.result ?? message.errors?.join('; ') ?? `Ended with ${message.subtype ?? 'an error'}.`,
            ),
          }
        : { level: 'info', message: shorten(message.result ?? 'Done.') };
    case 'system':
      return describeSystem(message);
    default:
      return { level: 'debug', message: message.type };
  }
}

export function blocksOf(message: CliMessage): CliBlock[] {
  const content = message.message?.content;
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content ?? [];
}

function describeBlocks(blocks: CliBlock[], from: 'assistant' | 'user'): { level: LogLevel; message: string } {
  const failed = blocks.some((block) => block.type === 'tool_result' && block.is_error === true);
  const words = blocks.map(describeBlock).filter(Boolean).join(' · ');
  return { level: failed ? 'warn' : 'info', message: shorten(words || from) };
}

function describeBlock(block: CliBlock): string {
  if (block.type === 'text') return block.text ?? '';
  if (block.type === 'thinking') return 'Thinking';
  if (block.type === 'tool_use') return `${block.name ?? 'Tool'}: ${toolSubject(block.input ?? {})}`;
  if (block.type === 'tool_result') return block.is_error ? 'Tool failed' : 'Tool result';
  return block.type;
}

/** What a tool call is about: the command, the file, the pattern. */
function toolSubject(input: Record<string, unknown>): string {
  for (const key of ['command', 'file_path', 'path', 'pattern', 'url', 'query', 'description']) {
    const value = input[key];
    if (typeof value === 'string') return value;
  }
  return Object.keys(input).join(', ');
}

function describeSystem(message: CliMessage): { level: LogLevel; message: string } {
  if (message.subtype === 'init')
    return { level: 'info', message: `Claude Code has started${message.model ? ` with ${message.model}` : ''}.` };
  if (message.subtype === 'api_retry') {
    const cause = message.error_status ? `answered ${message.error_status}` : 'did not answer';
    return {
      level: 'warn',
      message: `The model ${cause}; the CLI tries again (${message.attempt ?? 1} of ${message.max_retries ?? 1}).`,
    };
  }
  return { level: 'debug', message: message.subtype ?? 'system' };
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}
