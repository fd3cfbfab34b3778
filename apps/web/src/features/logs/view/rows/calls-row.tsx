import { CircleCheck, CircleX, LoaderCircle, Wrench } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { hasFailed, seqsOfCall, type Call, type Row } from '../../model/row.js';
import { isPointedAt, useLogContext, useOpen, type LogContextValue } from '../log-context.js';
import { Fold } from './fold.js';
import { OutputLines } from './output-lines.js';
import { SpeakerMark } from './speaker-mark.js';

type CallsRowOf = Extract<Row, { kind: 'calls' }>;

/** Calls of one tool: one line each, several under one line. */
export function CallsRow({ row }: { row: CallsRowOf }): ReactElement {
  const [only] = row.calls;
  return (
    <SpeakerMark by={row.by}>
      {row.calls.length === 1 && only ? <ToolCall call={only} /> : <Group row={row} />}
    </SpeakerMark>
  );
}

function Group({ row }: { row: CallsRowOf }): ReactElement {
  const { t } = useTranslation('logs');
  const context = useLogContext();
  const [open, toggle] = useOpen(
    `${row.key}:group`,
    row.calls.some((call) => opensByItself(context, call)),
  );
  const failed = row.calls.filter(hasFailed).length;
  const title = (
    <>
      <CallMark call={row.calls.at(-1)} />
      <span className="shrink-0 text-sm font-medium">{row.tool}</span>
      <span className="tabular shrink-0 text-xs text-muted">{t('calls', { count: row.calls.length })}</span>
      {failed > 0 ? <span className="shrink-0 text-xs text-danger">{t('callsFailed', { count: failed })}</span> : null}
      {open ? null : <Subject call={row.calls.at(-1)} />}
    </>
  );
  return (
    <Fold open={open} toggle={toggle} title={title}>
      <div className="ml-1.5 border-l border-line pl-3">
        {row.calls.map((call) => (
          <ToolCall key={call.key} call={call} />
        ))}
      </div>
    </Fold>
  );
}

/** The last failure does, and what a link or the search leads to. */
function opensByItself(context: LogContextValue, call: Call): boolean {
  return call.key === context.lastFailure || isPointedAt(context, seqsOfCall(call));
}

export function ToolCall({ call }: { call: Call }): ReactElement {
  const { t } = useTranslation('logs');
  const [open, toggle] = useOpen(call.key, opensByItself(useLogContext(), call));
  const title = (
    <>
      <CallMark call={call} />
      <span className="shrink-0 text-sm font-medium">{call.call?.tool ?? t('resultOnly')}</span>
      <Subject call={call} />
    </>
  );
  return (
    <Fold open={open} toggle={toggle} title={title}>
      <CallBody call={call} />
    </Fold>
  );
}

/** Input and output of a call. A command is never cut: it is what people check. */
function CallBody({ call }: { call: Call }): ReactElement {
  const { t } = useTranslation('logs');
  const { activeAttempt } = useLogContext();
  const code = call.call?.kind === 'tool_call' ? call.call.code : null;
  return (
    <div className="my-1 ml-1.5 flex flex-col gap-2 rounded-md border border-line bg-sunken px-3 py-2">
      {code === null ? null : (
        <pre dir="ltr" className="whitespace-pre-wrap font-mono text-xs leading-5 [overflow-wrap:anywhere]">
          <span aria-hidden className="select-none text-subtle">
            ${' '}
          </span>
          {code}
        </pre>
      )}
      {call.call?.kind === 'tool_call' && code === null && call.call.subject !== '' ? (
        <p className="font-mono text-xs [overflow-wrap:anywhere] [unicode-bidi:isolate]">{call.call.subject}</p>
      ) : null}
      {call.results.map(({ seq, block }) =>
        block.kind === 'tool_result' ? (
          <div key={seq} className="min-w-0 border-t border-line pt-2 first:border-0 first:pt-0">
            {block.failed ? <p className="text-xs font-medium text-danger">{t('failed')}</p> : null}
            {block.lines.length === 0 ? (
              <p className="text-xs text-subtle">{t('noOutput')}</p>
            ) : (
              <OutputLines lines={block.lines} foldKey={`${call.key}-${seq}`} tone={block.failed ? 'error' : 'plain'} />
            )}
          </div>
        ) : null,
      )}
      {call.results.length === 0 ? (
        <p className="text-xs text-subtle">{activeAttempt === call.attempt ? t('running') : t('noResult')}</p>
      ) : null}
    </div>
  );
}

function Subject({ call }: { call: Call | undefined }): ReactElement | null {
  const block = call?.call;
  if (!block) return null;
  const text = block.kind === 'edit' ? block.path : (block.code?.split('\n', 1)[0] ?? block.subject);
  return (
    <span dir="ltr" className="min-w-0 truncate font-mono text-xs text-muted [unicode-bidi:isolate]">
      {text.slice(0, 400)}
    </span>
  );
}

/** How a call stands: still at work, done, failed, or nobody knows. */
export function CallMark({ call }: { call: Call | undefined }): ReactElement {
  const { t } = useTranslation('logs');
  const { activeAttempt } = useLogContext();
  const look = 'size-3.5 shrink-0';
  if (!call || (call.results.length === 0 && call.attempt !== activeAttempt)) {
    return <Wrench aria-hidden className={`${look} text-subtle`} />;
  }
  if (call.results.length === 0) {
    return (
      <LoaderCircle role="img" aria-label={t('running')} className={`${look} text-info motion-safe:animate-spin`} />
    );
  }
  if (hasFailed(call)) return <CircleX role="img" aria-label={t('failed')} className={`${look} text-danger`} />;
  return <CircleCheck role="img" aria-label={t('done')} className={`${look} text-success`} />;
}
