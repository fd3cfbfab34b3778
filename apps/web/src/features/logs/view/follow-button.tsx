import { ArrowDown, Pause } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../../ui/index.js';
import type { LogSession, LogView } from '../live/log-session.js';

interface FollowProps {
  session: LogSession;
  view: LogView;
}

/** Says which of the two states the log is in, and changes it. */
export function FollowButton({ session, view }: FollowProps): ReactElement {
  const { t } = useTranslation('logs');
  const following = view.follow.mode === 'following';
  return (
    <Button
      size="sm"
      variant={following ? 'secondary' : 'ghost'}
      icon={following ? Pause : ArrowDown}
      aria-pressed={following}
      title={following ? t('follow.pauseHint') : t('follow.resumeHint')}
      onClick={() => (following ? session.dispatch({ type: 'looked' }) : void session.resume())}
    >
      {following ? t('follow.following') : t('follow.paused')}
    </Button>
  );
}

/** While paused: what came since, and the way to it. */
export function NewRowsPill({ session, view }: FollowProps): ReactElement | null {
  const { t, i18n } = useTranslation('logs');
  const { mode, newRows, newErrors } = view.follow;
  if (mode === 'following' || newRows === 0) return null;
  return (
    <button
      type="button"
      onClick={() => void session.resume()}
      className="tabular absolute bottom-3 left-1/2 z-10 flex h-9 -translate-x-1/2 items-center gap-2 rounded-full border border-line-strong bg-raised px-4 text-sm font-medium shadow-overlay hover:bg-hover"
    >
      <ArrowDown aria-hidden className="size-4 text-accent" />
      {t('follow.new', { count: newRows, shown: newRows.toLocaleString(i18n.language) })}
      {newErrors > 0 ? <span className="text-danger">{t('follow.errors', { count: newErrors })}</span> : null}
    </button>
  );
}
