import { exactText } from '@aicode/log-view';
import { useVirtualizer } from '@tanstack/react-virtual';
import clsx from 'clsx';
import { useMemo, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import './code.css';
import { plainLines, type Token } from './token-lines.js';
import { TokenLine, useHighlight } from './use-highlight.js';

/** Longer lines are cut in the picture: no browser lays out a line of a megabyte quickly. */
const longestLine = 10_000;
const lineHeight = 20;

interface CodeViewProps {
  path: string;
  text: string;
  wrap: boolean;
  label: string;
}

/** A file's text with line numbers and colours. Only what is in view is in the page. */
export function CodeView({ path, text, wrap, label }: CodeViewProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const shown = useMemo(() => exactText(text.replace(/\r\n/g, '\n').replace(/\n$/, '')), [text]);
  const plain = useMemo(() => plainLines(shown), [shown]);
  const lines = useHighlight(path, shown) ?? plain;
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => lineHeight,
    overscan: 30,
  });
  const digits = String(lines.length).length;
  return (
    <div
      ref={scroll}
      tabIndex={0}
      role="region"
      aria-label={label}
      className="code-text h-full overflow-auto font-mono text-xs"
    >
      <div
        className={clsx('relative', wrap ? 'w-full' : 'w-max min-w-full')}
        style={{ height: rows.getTotalSize() + 12 }}
      >
        {rows.getVirtualItems().map((row) => (
          <div
            key={row.key}
            ref={wrap ? rows.measureElement : undefined}
            data-index={row.index}
            className={clsx('top-1.5 left-0 flex min-h-5 leading-5', wrap ? 'absolute w-full' : 'absolute min-w-full')}
            style={{ transform: `translateY(${row.start}px)` }}
          >
            <span
              aria-hidden
              className="sticky left-0 shrink-0 bg-surface pr-3 pl-3 text-right text-subtle select-none"
              style={{ minWidth: `calc(${digits}ch + 1.5rem)` }}
            >
              {row.index + 1}
            </span>
            <code
              className={clsx(
                'flex-1 pr-4 [tab-size:4]',
                wrap ? 'min-w-0 break-all whitespace-pre-wrap' : 'whitespace-pre',
              )}
            >
              <CutLine tokens={lines[row.index] ?? []} more={(count) => t('files.line_cut', { count })} />
            </code>
          </div>
        ))}
      </div>
    </div>
  );
}

function CutLine({ tokens, more }: { tokens: readonly Token[]; more: (count: number) => string }): ReactElement {
  const length = tokens.reduce((sum, token) => sum + token.text.length, 0);
  if (length <= longestLine) return <TokenLine tokens={tokens} />;
  const kept: Token[] = [];
  let room = longestLine;
  for (const token of tokens) {
    if (room <= 0) break;
    kept.push({ ...token, text: token.text.slice(0, room) });
    room -= token.text.length;
  }
  return (
    <>
      <TokenLine tokens={kept} />
      <span className="ml-2 rounded bg-warning-soft px-1 text-warning">{more(length - longestLine)}</span>
    </>
  );
}
