import type { Hunk } from '@aicode/log-view';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { cutLines, cutText, maxLineChars } from '../../model/cut.js';
import { numberLines, type NumberedLine } from '../../model/number-lines.js';
import { useOpen } from '../log-context.js';
import { CutButton } from './cut-button.js';

const looks: Record<NumberedLine['kind'], { sign: string; className: string }> = {
  context: { sign: ' ', className: 'text-muted' },
  add: { sign: '+', className: 'bg-success-soft text-ink' },
  remove: { sign: '−', className: 'bg-danger-soft text-ink' },
  gap: { sign: '⋯', className: 'bg-sunken text-subtle' },
};

/** A change of a file, line by line; signs and numbers say what the colours say. */
export function DiffLines({ hunks, foldKey }: { hunks: readonly Hunk[]; foldKey: string }): ReactElement | null {
  const { t, i18n } = useTranslation('logs');
  const [all, toggle] = useOpen(`${foldKey}:diff`);
  const lines = numberLines(hunks);
  if (lines.length === 0) return null;
  const cut = all ? { head: lines, hidden: 0, tail: [] } : cutLines(lines, 40, 20);
  const placed = lines.some(({ old, now }) => old !== null || now !== null);
  return (
    <div
      dir="ltr"
      role="group"
      aria-label={t('edit.change')}
      className="overflow-hidden rounded-md border border-line font-mono text-xs leading-5"
    >
      {cut.head.map((line, index) => (
        <Line key={index} line={line} placed={placed} />
      ))}
      {cut.hidden > 0 ? (
        <div className="px-2">
          <CutButton onClick={toggle}>
            {t('cut.lines', { count: cut.hidden, shown: cut.hidden.toLocaleString(i18n.language) })}
          </CutButton>
        </div>
      ) : null}
      {cut.tail.map((line, index) => (
        <Line key={`tail-${index}`} line={line} placed={placed} />
      ))}
    </div>
  );
}

function Line({ line, placed }: { line: NumberedLine; placed: boolean }): ReactElement {
  const { sign, className } = looks[line.kind];
  const { text, hidden } = cutText(line.text, maxLineChars);
  return (
    <div className={`flex min-h-5 ${className}`}>
      {placed ? (
        <span aria-hidden className="tabular flex shrink-0 select-none text-right text-2xs leading-5 text-subtle">
          <span className="w-9 pr-1.5 max-sm:hidden">{line.old}</span>
          <span className="w-9 pr-1.5">{line.now}</span>
        </span>
      ) : null}
      <span className="w-5 shrink-0 select-none text-center">{sign}</span>
      <span className="min-w-0 flex-1 whitespace-pre-wrap pr-2 [overflow-wrap:anywhere] [unicode-bidi:isolate]">
        {text}
        {hidden > 0 ? '…' : ''}
      </span>
    </div>
  );
}
