import type { MouseEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { formatLineHash } from '../../model/line-link.js';
import { useLogContext } from '../log-context.js';

/** The number of a line: a link to it. A click copies the link; with shift it stretches to a range. */
export function Gutter({ seq, time }: { seq: number; time: string }): ReactElement {
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
      className="tabular hidden w-14 shrink-0 select-none pr-3 pt-px text-right font-mono text-2xs leading-5 text-subtle hover:text-accent hover:underline sm:block"
    >
      {seq}
    </a>
  );
}
