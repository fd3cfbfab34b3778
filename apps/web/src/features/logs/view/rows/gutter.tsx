import type { MouseEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { formatLineHash } from '../../model/line-link.js';
import { useLogContext } from '../log-context.js';

interface GutterProps {
  seq: number;
  time: string;
  /** Height of the row's first line: the number stands beside it. */
  line?: 'leading-5' | 'leading-6' | 'leading-7';
}

/** The number of a line: a link to it. A click copies the link; with shift it stretches to a range. */
export function Gutter({ seq, time, line = 'leading-5' }: GutterProps): ReactElement {
  const { t, i18n } = useTranslation('logs');
  const { point } = useLogContext();
  const click = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    point(seq, event.shiftKey);
  };
  const when = new Date(time).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <a
      href={`#${formatLineHash({ from: seq, to: seq })}`}
      onClick={click}
      title={when}
      aria-label={t('line.link', { line: seq })}
      className={`tabular hidden w-14 shrink-0 pr-3 text-right font-mono text-2xs text-subtle select-none hover:text-accent hover:underline sm:block ${line}`}
    >
      {seq}
    </a>
  );
}
