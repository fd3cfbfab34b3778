import { exactText } from '@aicode/log-view';
import clsx from 'clsx';
import { useMemo, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import '../code/code.css';
import type { Token } from '../code/token-lines.js';
import { TokenLine, useHighlight } from '../code/use-highlight.js';
import { hunksOf, leftOut, sideText, splitRows, type DiffLine } from './diff-lines.js';

interface DiffTableProps {
  path: string;
  patch: string;
  split: boolean;
  wrap: boolean;
}

const ground = { same: '', note: 'text-subtle italic', added: 'bg-success-soft', removed: 'bg-danger-soft' } as const;
const sign = { same: ' ', note: ' ', added: '+', removed: '−' } as const;

/** The patch of one file: line numbers of both sides, signs, colours; one column or two. */
export function DiffTable({ path, patch, split, wrap }: DiffTableProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const hunks = useMemo(() => hunksOf(exactText(patch)), [patch]);
  const tokensOf = useTokens(path, hunks);
  const text = (line: DiffLine): ReactNode => {
    const tokens = tokensOf(line);
    return tokens ? <TokenLine tokens={tokens} /> : line.text;
  };
  return (
    <div tabIndex={0} role="region" aria-label={t('changes.diff_of', { path })} className="code-text overflow-x-auto">
      <table className={clsx('w-full border-collapse font-mono text-xs leading-5', wrap && 'table-fixed')}>
        <colgroup>
          <col className="w-12" />
          {split && <col className="w-[calc(50%-3rem)]" />}
          <col className="w-12" />
          <col />
        </colgroup>
        <thead className="sr-only">
          <tr>
            <th scope="col">{t('changes.old_line')}</th>
            {split && <th scope="col">{t('changes.old_text')}</th>}
            <th scope="col">{t('changes.new_line')}</th>
            <th scope="col">{split ? t('changes.new_text') : t('changes.text')}</th>
          </tr>
        </thead>
        {hunks.map((hunk, index) => (
          <tbody key={`${hunk.oldStart}-${hunk.newStart}`}>
            <HunkHead left={leftOut(hunks[index - 1], hunk)} place={hunk.place} columns={split ? 4 : 3} />
            {split
              ? splitRows(hunk.lines).map((row, at) => (
                  <tr key={at}>
                    <Side line={row.left} number={row.left?.old ?? null} wrap={wrap} text={text} />
                    <Side line={row.right} number={row.right?.new ?? null} wrap={wrap} text={text} right />
                  </tr>
                ))
              : hunk.lines.map((line, at) => (
                  <tr key={at} className={ground[line.kind]}>
                    <Number value={line.old} />
                    <Number value={line.new} />
                    <Text line={line} wrap={wrap} text={text} />
                  </tr>
                ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

/** Where a hunk lies; nothing if it begins the file. */
function HunkHead({ left, place, columns }: { left: number; place: string; columns: number }): ReactElement | null {
  const { t } = useTranslation('workspaces');
  if (left === 0 && place === '') return null;
  return (
    <tr className="bg-sunken text-subtle">
      <td colSpan={columns} className="truncate px-3 py-0.5">
        {left > 0 && <span className="mr-3 font-sans">{t('changes.left_out', { count: left })}</span>}
        {place}
      </td>
    </tr>
  );
}

interface SideProps {
  line: DiffLine | null;
  number: number | null;
  wrap: boolean;
  text: (line: DiffLine) => ReactNode;
  right?: boolean;
}

function Side({ line, number, wrap, text, right = false }: SideProps): ReactElement {
  const colour = line ? ground[line.kind] : 'bg-sunken';
  return (
    <>
      <Number value={number} className={clsx(colour, right && 'border-l')} />
      {line ? (
        <Text line={line} wrap={wrap} text={text} className={colour} />
      ) : (
        <td className={clsx(colour, 'w-1/2')} />
      )}
    </>
  );
}

function Number({ value, className }: { value: number | null; className?: string }): ReactElement {
  return (
    <td className={clsx('w-11 min-w-11 px-2 text-right align-top text-subtle tabular select-none', className)}>
      {value ?? ''}
    </td>
  );
}

function Text({
  line,
  wrap,
  text,
  className,
}: Omit<SideProps, 'line' | 'number'> & { line: DiffLine; className?: string }): ReactElement {
  const { t } = useTranslation('workspaces');
  return (
    <td
      className={clsx(
        'pr-4 pl-6 align-top -indent-5 [tab-size:4]',
        wrap ? 'break-all whitespace-pre-wrap' : 'whitespace-pre',
        className,
      )}
    >
      <span aria-hidden className="mr-2 inline-block w-3 indent-0 text-muted select-none">
        {sign[line.kind]}
      </span>
      {(line.kind === 'added' || line.kind === 'removed') && (
        <span className="sr-only">{t(`changes.${line.kind}_line`)}</span>
      )}
      {text(line)}
    </td>
  );
}

/** The coloured stretches of a line: of the new side, or of the old one if it is gone. */
function useTokens(path: string, hunks: ReturnType<typeof hunksOf>): (line: DiffLine) => readonly Token[] | null {
  const before = useMemo(() => sideText(hunks, 'old'), [hunks]);
  const after = useMemo(() => sideText(hunks, 'new'), [hunks]);
  const oldLines = useHighlight(path, before.text);
  const newLines = useHighlight(path, after.text);
  return (line) => {
    const side = line.new === null ? before : after;
    const lines = line.new === null ? oldLines : newLines;
    const at = side.lines.get(line);
    return at === undefined ? null : (lines?.[at] ?? null);
  };
}
