import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { seqsOf, type Row } from '../../model/row.js';
import { isPointedAt, useLogContext } from '../log-context.js';
import { BlockRow } from './block-row.js';
import { CallsRow } from './calls-row.js';
import { EditRow } from './edit-row.js';
import { Gutter } from './gutter.js';

/** One row of the readable log. */
export const RowView = memo(function RowView({ row }: { row: Row }): ReactElement {
  const context = useLogContext();
  if (row.kind === 'attempt') return <AttemptLine attempt={row.attempt} />;
  const marked = isPointedAt(context, seqsOf(row));
  const tight = row.kind === 'block' && row.block.kind === 'output';
  const time = row.kind === 'block' ? row.time : row.kind === 'edit' ? row.call.time : (row.calls[0]?.time ?? '');
  return (
    <div
      data-row={row.key}
      className={`mx-auto flex w-full max-w-[58rem] px-3 sm:pr-4 sm:pl-0 ${tight ? '' : 'py-1'} ${marked ? 'log-marked' : ''}`}
    >
      <Gutter seq={row.seq} time={time} line={lineOf(row)} />
      <div className="flex min-w-0 flex-1">
        {row.kind === 'block' ? <BlockRow row={row} /> : null}
        {row.kind === 'calls' ? <CallsRow row={row} /> : null}
        {row.kind === 'edit' ? <EditRow row={row} /> : null}
      </div>
    </div>
  );
});

function AttemptLine({ attempt }: { attempt: number }): ReactElement {
  const { t } = useTranslation('logs');
  return (
    <div className="mx-auto flex w-full max-w-[58rem] items-center gap-3 px-3 py-3 text-xs font-medium text-muted">
      <span aria-hidden className="h-px flex-1 bg-line" />
      {t('attempt', { attempt })}
      <span aria-hidden className="h-px flex-1 bg-line" />
    </div>
  );
}

function lineOf(row: Row): 'leading-5' | 'leading-6' | 'leading-7' {
  if (row.kind !== 'block') return 'leading-7';
  if (row.block.kind === 'output') return 'leading-5';
  return row.block.kind === 'text' ? 'leading-6' : 'leading-7';
}
