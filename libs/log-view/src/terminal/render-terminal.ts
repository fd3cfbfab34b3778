import type { AttemptEnd, LogLevel } from '@aicode/contracts';

import type { DiffLine, Hunk } from '../line-diff.js';
import type { LogBlock, Speaker } from '../log-block.js';
import type { Style } from '../sgr.js';
import { taskStateWords } from '../task-words.js';
import { colourPaint, paintLine, plainPaint, type Paint } from './paint.js';
import { fit } from './width.js';

export interface TerminalOptions {
  /** Whether colours may be used; NO_COLOR and pipes say no. */
  colour: boolean;
  /** Columns of the terminal; titles are cut to it, what was said is not. */
  width: number;
  /** Most lines of a tool's output, a change or a thought; the rest is counted. All of them if not given. */
  maxLines?: number | undefined;
}

const dim: Style = { dim: true };
const red: Style = { fg: 1 };
const green: Style = { fg: 2 };
const yellow: Style = { fg: 3 };
const levelStyles: Record<LogLevel, Style> = { debug: dim, info: {}, warn: yellow, error: red };
const outcomeStyles: Record<AttemptEnd['outcome'], Style> = {
  succeeded: { ...green, bold: true },
  failed: { ...red, bold: true },
  timed_out: { ...red, bold: true },
  cancelled: { dim: true, bold: true },
};

/** The blocks as lines for a terminal. The only control characters in them are our own colours. */
export function renderTerminal(blocks: readonly LogBlock[], options: TerminalOptions): string[] {
  const pen = new Pen(options);
  return blocks.flatMap((block) => pen.block(block));
}

class Pen {
  private readonly paint: Paint;

  constructor(private readonly options: TerminalOptions) {
    this.paint = options.colour ? colourPaint : plainPaint;
  }

  block(block: LogBlock): string[] {
    switch (block.kind) {
      case 'start':
        return [this.title('●', 'Claude Code', [block.version, block.model, block.directory], { fg: 6 })];
      case 'text':
        return ['', ...this.said(block.text, block.by, {}), ''];
      case 'thinking':
        return block.text === '' ? [] : this.cut(this.said(block.text, block.by, { ...dim, italic: true }));
      case 'prompt':
        return block.text.split('\n').map((line) => `${this.paint('>', { fg: 6 })} ${line}`);
      case 'tool_call':
        return this.toolCall(block);
      case 'edit':
        return [this.call(block.tool, block.path, block.by), ...this.diff(block.hunks)];
      case 'edited':
        return [
          this.under(`${block.created ? 'created' : 'changed'} ${block.path} (+${block.added} −${block.removed})`, dim),
        ];
      case 'tool_result':
        return this.toolResult(block);
      case 'notice':
        return [this.paint(`· ${block.text}`, block.level === 'info' ? dim : levelStyles[block.level])];
      case 'output':
        return block.lines.map((line) => paintLine(line, this.paint, dim));
      case 'result':
        return this.result(block);
      case 'platform':
        return block.text.split('\n').map((line) => this.paint(`◆ ${line}`, levelStyles[block.level]));
      case 'end':
        return this.end(block);
      case 'other':
        return [this.paint(fit(`· ${block.title}: ${block.json}`, this.options.width), dim)];
    }
  }

  private said(text: string, by: Speaker, style: Style): string[] {
    const lines = text.split('\n').map((line) => this.paint(line, style));
    return by === null ? lines : lines.map((line) => `${this.paint('│', dim)} ${line}`);
  }

  private title(sign: string, name: string, rest: (string | null)[], style: Style): string {
    const words = rest.filter((word) => word !== null && word !== '').join(' · ');
    const room = Math.max(10, this.options.width - sign.length - name.length - 3);
    return `${this.paint(`${sign} ${name}`, style)}${words ? ` ${this.paint(fit(words, room), dim)}` : ''}`;
  }

  private call(tool: string, subject: string, by: Speaker): string {
    const sign = by === null ? '▸' : '│ ▸';
    const room = Math.max(10, this.options.width - sign.length - tool.length - 3);
    return `${this.paint(sign, { fg: 6 })} ${this.paint(tool, { bold: true })} ${fit(subject, room)}`;
  }

  private toolCall({ tool, subject, code, by }: Extract<LogBlock, { kind: 'tool_call' }>): string[] {
    if (code === null) return [this.call(tool, subject, by)];
    const [first = '', ...rest] = code.split('\n');
    // A command is what people check: it is never cut.
    const head = `${this.paint(by === null ? '▸' : '│ ▸', { fg: 6 })} ${this.paint(tool, { bold: true })} ${first}`;
    return [head, ...rest.map((line) => `    ${line}`)];
  }

  private toolResult({ failed, lines }: Extract<LogBlock, { kind: 'tool_result' }>): string[] {
    if (lines.length === 0) return failed ? [this.under('failed', red)] : [];
    const base = failed ? red : dim;
    return this.cut(lines.map((line) => `  ${paintLine(line, this.paint, base)}`));
  }

  private diff(hunks: readonly Hunk[]): string[] {
    const signs: Record<DiffLine['kind'], [string, Style]> = {
      context: [' ', dim],
      add: ['+', green],
      remove: ['-', red],
    };
    const lines = hunks.flatMap((hunk, index) => [
      ...(index > 0 ? [this.under('⋯', dim)] : []),
      ...hunk.lines.map(({ kind, text }) => this.under(`${signs[kind][0]} ${text}`, signs[kind][1])),
    ]);
    return this.cut(lines);
  }

  private result(block: Extract<LogBlock, { kind: 'result' }>): string[] {
    const facts = [
      block.turns === null ? null : `${block.turns} ${block.turns === 1 ? 'turn' : 'turns'}`,
      block.duration_ms === null ? null : `${(block.duration_ms / 1000).toFixed(1)} s`,
      block.cost_usd === null ? null : `$${block.cost_usd.toFixed(4)}`,
    ].filter((fact) => fact !== null);
    const text = block.failed && block.text !== '' ? block.text.split('\n').map((line) => this.paint(line, red)) : [];
    return [...text, ...(facts.length > 0 ? [this.paint(`· ${facts.join(' · ')}`, dim)] : [])];
  }

  private end({ attempt, outcome, text }: Extract<LogBlock, { kind: 'end' }>): string[] {
    const { sign, word } = taskStateWords[outcome];
    const [first = '', ...rest] = text.split('\n');
    const which = attempt > 1 ? ` (attempt ${attempt})` : '';
    const head = this.paint(`${sign} ${word}${which}`, outcomeStyles[outcome]);
    return [first && first !== `${word}.` ? `${head}: ${first}` : head, ...rest.map((line) => `  ${line}`)];
  }

  private under(text: string, style: Style): string {
    return `  ${this.paint(text, style)}`;
  }

  /** The first lines; how many are left out is said. */
  private cut(lines: string[]): string[] {
    const max = this.options.maxLines ?? Number.POSITIVE_INFINITY;
    if (lines.length <= max + 1) return lines;
    return [...lines.slice(0, max), this.under(`… ${lines.length - max} more lines`, dim)];
  }
}
