import { lazy, memo, Suspense, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { cutText } from '../../model/cut.js';
import { useOpen } from '../log-context.js';
import { CutButton } from './cut-button.js';
import { useSize } from './size.js';

const Markdown = lazy(() => import('./markdown.js'));

/** Longer texts are parsed only when they are asked for. */
const maxChars = 30_000;

/** Markdown; as it was written until its parser is loaded. */
export const RichText = memo(function RichText({ text, foldKey }: { text: string; foldKey: string }): ReactElement {
  const { t } = useTranslation('logs');
  const size = useSize();
  const [all, toggle] = useOpen(`${foldKey}:text`);
  const cut = all ? { text, hidden: 0 } : cutText(text, maxChars);
  return (
    <div className="min-w-0 flex-1">
      <Suspense fallback={<PlainText text={cut.text} />}>
        <Markdown text={cut.text} />
      </Suspense>
      {cut.hidden > 0 ? <CutButton onClick={toggle}>{t('cut.chars', { size: size(cut.hidden) })}</CutButton> : null}
    </div>
  );
});

export function PlainText({ text, className = '' }: { text: string; className?: string }): ReactElement {
  return (
    <p dir="auto" className={`whitespace-pre-wrap [overflow-wrap:anywhere] [unicode-bidi:isolate] ${className}`}>
      {text}
    </p>
  );
}
