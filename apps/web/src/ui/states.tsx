import { CircleAlert, Lock, RotateCw, type LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from './button.js';
import { classNames } from './class-names.js';
import { CopyButton } from './copy-button.js';
import { messageOf, traceOf } from './message-of.js';
import { isForbidden } from './refusal.js';

export interface EmptyProps {
  icon?: LucideIcon;
  title: string;
  /** What would stand here, and the next step; or which filter hides everything. */
  children?: ReactNode;
  /** Buttons: the next step, or "Clear filter". */
  actions?: ReactNode;
  className?: string;
}

/** Nothing is here, and what to do next. */
export function Empty({ icon: Icon, title, children, actions, className }: EmptyProps): ReactElement {
  return (
    <div
      className={classNames(
        'flex flex-col items-center gap-2 rounded-lg border border-dashed border-line bg-surface/60 px-6 py-12 text-center',
        className,
      )}
    >
      {Icon ? (
        <span className="mb-1 flex size-10 items-center justify-center rounded-lg border border-line bg-surface text-muted shadow-raised">
          <Icon aria-hidden="true" className="size-5" />
        </span>
      ) : null}
      <h2 className="text-lg font-semibold">{title}</h2>
      {children ? <div className="max-w-md text-base text-muted">{children}</div> : null}
      {actions ? <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  );
}

export interface ErrorStateProps {
  error: unknown;
  /** What could not be done: "The tasks could not be loaded". */
  title?: string;
  /** Tries again; without it there is no button. */
  onRetry?: () => void;
  retrying?: boolean;
  /** Other ways on. */
  actions?: ReactNode;
  className?: string;
}

/** What went wrong, in the server's own sentence, and a way on. A refused permission has its own face. */
export function ErrorState({ error, title, onRetry, retrying, actions, className }: ErrorStateProps): ReactElement {
  const { t } = useTranslation('ui');
  const forbidden = isForbidden(error);
  const trace = traceOf(error);
  const Icon = forbidden ? Lock : CircleAlert;
  return (
    <div
      role="alert"
      className={classNames(
        'flex flex-col items-center gap-2 rounded-lg border border-line bg-surface px-6 py-12 text-center',
        className,
      )}
    >
      <span
        className={classNames(
          'mb-1 flex size-10 items-center justify-center rounded-lg',
          forbidden ? 'bg-neutral-soft text-neutral' : 'bg-danger-soft text-danger',
        )}
      >
        <Icon aria-hidden="true" className="size-5" />
      </span>
      <h2 className="text-lg font-semibold">{forbidden ? t('error.forbidden') : (title ?? t('error.title'))}</h2>
      <p className="max-w-prose text-base break-words text-muted">{messageOf(error)}</p>
      <div className="mt-3 flex flex-wrap justify-center gap-2">
        {onRetry && !forbidden ? (
          <Button icon={RotateCw} onClick={onRetry} busy={retrying ?? false}>
            {t('error.retry')}
          </Button>
        ) : null}
        {actions}
      </div>
      {trace ? (
        <p className="mt-2 flex items-center gap-1 text-xs text-subtle">
          <span className="font-mono">
            {trace.code}
            {trace.requestId ? ` · ${trace.requestId}` : ''}
          </span>
          {trace.requestId ? <CopyButton text={`${trace.code} ${trace.requestId}`} label={t('error.copy')} /> : null}
        </p>
      ) : null}
    </div>
  );
}
