import type { LogBlock } from './log-block.js';

/**
 * Leaves out of a result what the model has just said itself: the CLI gives its last words once more as the result, also where it
 * failed. It remembers: one for each log, given all its blocks in order.
 */
export function withoutSaidTwice(): (blocks: readonly LogBlock[]) => LogBlock[] {
  let said = '';
  return (blocks) =>
    blocks.map((block) => {
      if (block.kind === 'text' && block.by === null) said = block.text;
      return block.kind === 'result' && block.text === said ? { ...block, text: '' } : block;
    });
}
