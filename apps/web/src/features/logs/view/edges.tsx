import type { Task } from '@aicode/contracts';
import { LoaderCircle, RotateCw } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, Spinner, StateBadge } from '../../../ui/index.js';
import type { LogSession, LogView } from '../live/log-session.js';
import { hasEnd, hasStart, lastSeq } from '../model/log-window.js';

interface EdgeProps {
  session: LogSession;
  view: LogView;
}

/** Above the first row: what is not in memory, and the way to it. */
export function TopEdge({ session, view }: EdgeProps): ReactElement {
  const { t, i18n } = useTranslation('logs');
  const { window, loading, error } = view.log;
  if (hasStart(window)) return <span className="text-xs text-subtle">{t('edge.start')}</span>;
  if (error) return <Failed message={error.message} retry={() => session.loadBefore()} />;
  return (
    <span className="tabular flex items-center gap-2 text-xs text-muted">
      {loading === 'before' ? <Spinner /> : null}
      {t('edge.before', { count: window.before, shown: window.before.toLocaleString(i18n.language) })}
      <Button size="sm" variant="ghost" onClick={() => void session.goToStart()}>
        {t('edge.toStart')}
      </Button>
    </span>
  );
}

/** Below the last row: that there is more, that it is at work, or how it ended. */
export function BottomEdge({ session, view, task }: EdgeProps & { task: Task }): ReactElement {
  const { t, i18n } = useTranslation('logs');
  const { window, error } = view.log;
  const missing = window.end - lastSeq(window);
  if (!hasEnd(window)) {
    if (error) return <Failed message={error.message} retry={() => session.loadAfter()} />;
    return (
      <span className="tabular flex items-center gap-2 text-xs text-muted">
        {t('edge.after', { count: missing, shown: missing.toLocaleString(i18n.language) })}
      </span>
    );
  }
  if (task.state === 'running' || task.state === 'starting') {
    return (
      <span className="flex items-center gap-2 text-sm text-muted">
        <LoaderCircle aria-hidden className="size-4 text-info motion-safe:animate-spin" />
        {task.cancel_requested ? t('edge.stopping') : t(`edge.${task.state}`)}
      </span>
    );
  }
  if (task.state === 'pending' || task.state === 'waiting_approval') return <StateBadge state={task.state} />;
  return <span className="text-xs text-subtle">{t('edge.end')}</span>;
}

function Failed({ message, retry }: { message: string; retry: () => void }): ReactElement {
  const { t } = useTranslation('logs');
  return (
    <span role="alert" className="flex min-w-0 items-center gap-2 text-xs text-danger">
      <span className="truncate">{message}</span>
      <Button size="sm" icon={RotateCw} onClick={retry}>
        {t('retry')}
      </Button>
    </span>
  );
}
