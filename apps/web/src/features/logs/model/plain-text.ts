import type { LogEntry } from '@aicode/contracts';
import { exactText, lineText, renderEntry, safeText, type LogBlock } from '@aicode/log-view';

/** An entry as it is stored, for the raw view: safe to show, one text. */
export function rawText(entry: LogEntry): string {
  return entry.data === null ? safeText(entry.message) : exactText(JSON.stringify(entry.data));
}

/** An entry as lines of plain text, for a file. */
export function plainLines(entry: LogEntry): string[] {
  const blocks = renderEntry(entry).flatMap(linesOfBlock);
  return blocks.map((line) => `${entry.seq}\t${entry.time}\t${line}`);
}

function linesOfBlock(block: LogBlock): string[] {
  switch (block.kind) {
    case 'start':
      return [`Claude Code ${[block.version, block.model, block.directory].filter(Boolean).join(' · ')}`.trimEnd()];
    case 'text':
    case 'prompt':
    case 'notice':
    case 'platform':
      return block.text.split('\n');
    case 'thinking':
      return block.text === '' ? [] : block.text.split('\n');
    case 'tool_call':
      return [`▸ ${block.tool} ${block.code ?? block.subject}`.trimEnd()].flatMap((text) => text.split('\n'));
    case 'edit':
      return [`▸ ${block.tool} ${block.path}`];
    case 'tool_result':
    case 'output':
      return block.lines.map(lineText);
    case 'edited':
      return [`${block.created ? 'created' : 'changed'} ${block.path} (+${block.added} −${block.removed})`];
    case 'result':
      return block.text === '' ? [] : block.text.split('\n');
    case 'end':
      return [`${block.outcome}${block.text === '' ? '' : `: ${block.text}`}`];
    case 'other':
      return [`${block.title}: ${block.json}`];
  }
}
