import type { LogEntry } from '@aicode/contracts';
import { memo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { saveText } from '../../live/save-text.browser.js';
import { cutText, maxLineChars, moreLineChars } from '../../model/cut.js';
import { rawText } from '../../model/plain-text.js';
import { isPointedAt, useLogContext } from '../log-context.js';
import { CutButton } from './cut-button.js';
import { Gutter } from './gutter.js';
import { useSize } from './size.js';

/** An entry as it is stored. */
export const RawRow = memo(function RawRow({ entry }: { entry: LogEntry }): ReactElement {
  const { t } = useTranslation('logs');
  const context = useLogContext();
  const { taskId, looked } = context;
  const size = useSize();
  const [max, setMax] = useState(maxLineChars);
  const whole = rawText(entry);
  const { text, hidden } = cutText(whole, max);
  const marked = isPointedAt(context, [entry.seq]);
  const more = (): void => {
    looked();
    setMax(max + moreLineChars);
  };
  return (
    <div className={`flex w-full px-3 font-mono text-xs leading-5 sm:pl-0 ${marked ? 'log-marked' : ''}`}>
      <Gutter seq={entry.seq} time={entry.time} />
      <span className="w-16 shrink-0 text-subtle max-sm:hidden">{entry.source}</span>
      <span
        dir="ltr"
        className={`min-w-0 flex-1 whitespace-pre-wrap [overflow-wrap:anywhere] [unicode-bidi:isolate] ${entry.level === 'error' ? 'text-danger' : ''}`}
      >
        {text}
        {hidden > 0 ? (
          <span className="ml-2 inline-flex gap-2">
            <CutButton onClick={more}>{t('cut.chars', { size: size(hidden) })}</CutButton>
            <CutButton onClick={() => saveText(`${taskId}-${entry.seq}.txt`, [whole])}>{t('cut.download')}</CutButton>
          </span>
        ) : null}
      </span>
    </div>
  );
});
