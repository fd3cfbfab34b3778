import { Coins, Repeat2, Timer } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { formatCost, formatDuration } from '../../../../ui/index.js';
import type { BlockOf } from '../../model/row.js';
import { PlainText, RichText } from './rich-text.js';

/** What the CLI gave back at its end: its answer, unless it has just said that, and what it took. */
export function ResultBlock({ block, foldKey }: { block: BlockOf<'result'>; foldKey: string }): ReactElement {
  const { t, i18n } = useTranslation('logs');
  const facts = [
    block.turns === null ? null : { icon: Repeat2, text: t('turns', { count: block.turns }) },
    block.duration_ms === null ? null : { icon: Timer, text: formatDuration(block.duration_ms, i18n.language) },
    block.cost_usd === null ? null : { icon: Coins, text: formatCost(block.cost_usd, i18n.language) },
  ].filter((fact) => fact !== null);
  return (
    <section
      aria-label={block.failed ? t('resultFailed') : t('result')}
      className={`min-w-0 flex-1 rounded-lg border px-3 py-2 ${block.failed ? 'border-danger bg-danger-soft' : 'border-line bg-surface'}`}
    >
      {block.text === '' ? null : block.failed ? (
        <PlainText text={block.text} className="text-danger" />
      ) : (
        <RichText text={block.text} foldKey={foldKey} />
      )}
      <p className="tabular flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        <span className="font-medium">{block.failed ? t('resultFailed') : t('result')}</span>
        {facts.map(({ icon: Icon, text }) => (
          <span key={text} className="inline-flex items-center gap-1">
            <Icon aria-hidden className="size-3.5" />
            {text}
          </span>
        ))}
      </p>
    </section>
  );
}
