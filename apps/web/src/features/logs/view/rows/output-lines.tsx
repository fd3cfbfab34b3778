import { lineText, type StyledLine } from '@aicode/log-view';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { spanLook } from '../../model/ansi-style.js';
import { cutLines, cutSpans, maxLineChars, moreLineChars } from '../../model/cut.js';
import { saveText } from '../../live/save-text.browser.js';
import { useLogContext, useOpen } from '../log-context.js';
import { CutButton } from './cut-button.js';
import { useSize } from './size.js';

interface OutputProps {
  lines: readonly StyledLine[];
  /** For what is opened in it. */
  foldKey: string;
  tone?: 'plain' | 'error';
}

/** Output of a program with its colours: its beginning and its end, and a way to the rest. */
export function OutputLines({ lines, foldKey, tone = 'plain' }: OutputProps): ReactElement {
  const { t, i18n } = useTranslation('logs');
  const [all, toggle] = useOpen(`${foldKey}:all`);
  const cut = all ? { head: lines, hidden: 0, tail: [] } : cutLines(lines);
  return (
    <div
      dir="ltr"
      className={`ansi min-w-0 font-mono text-xs leading-5 ${tone === 'error' ? 'text-danger' : 'text-ink'}`}
    >
      {cut.head.map((line, index) => (
        <OutputLine key={index} line={line} />
      ))}
      {cut.hidden > 0 ? (
        <CutButton onClick={toggle}>
          {t('cut.lines', { count: cut.hidden, shown: cut.hidden.toLocaleString(i18n.language) })}
        </CutButton>
      ) : null}
      {cut.tail.map((line, index) => (
        <OutputLine key={`tail-${index}`} line={line} />
      ))}
    </div>
  );
}

function OutputLine({ line }: { line: StyledLine }): ReactElement {
  const { t } = useTranslation('logs');
  const { taskId, looked } = useLogContext();
  const size = useSize();
  const [max, setMax] = useState(maxLineChars);
  const { spans, hidden } = cutSpans(line, max);
  const more = (): void => {
    looked();
    setMax(max + moreLineChars);
  };
  return (
    <div className="min-h-5 whitespace-pre-wrap [overflow-wrap:anywhere] [unicode-bidi:isolate]">
      {spans.map(({ text, style }, index) => {
        const { className, color, background } = spanLook(style);
        if (className === '' && !color && !background) return text;
        return (
          <span key={index} className={className} style={{ color, backgroundColor: background }}>
            {text}
          </span>
        );
      })}
      {hidden > 0 ? (
        <span className="ml-2 inline-flex gap-2 align-baseline">
          <CutButton onClick={more}>{t('cut.chars', { size: size(hidden) })}</CutButton>
          <CutButton onClick={() => saveText(`${taskId}-line.txt`, [lineText(line)])}>{t('cut.download')}</CutButton>
        </span>
      ) : null}
    </div>
  );
}
