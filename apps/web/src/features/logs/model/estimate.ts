import type { Row } from './row.js';

const lineHeight = 20;
/** Characters of prose on a line, about. */
const perLine = 90;

/** Height of a row before it is measured (pixels), folded as it is at first. */
export function estimateRow(row: Row | undefined): number {
  if (!row) return 40;
  if (row.kind === 'calls') return 32;
  if (row.kind === 'attempt') return 48;
  if (row.kind === 'edit') return 60 + lineHeight * Math.min(100, hunkLines(row));
  const { block } = row;
  switch (block.kind) {
    case 'output':
      return lineHeight * Math.min(101, Math.max(1, block.lines.length));
    case 'text':
    case 'prompt':
      return 20 + lineHeight * Math.ceil(Math.min(block.text.length, 30_000) / perLine);
    case 'result':
      return 72;
    case 'start':
    case 'thinking':
    case 'notice':
    case 'platform':
    case 'end':
    case 'other':
      return 32;
  }
}

function hunkLines(row: Extract<Row, { kind: 'edit' }>): number {
  const edited = row.call.results.find(({ block }) => block.kind === 'edited')?.block;
  const source = edited?.kind === 'edited' ? edited : row.call.call;
  return source && 'hunks' in source ? source.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0) : 0;
}
