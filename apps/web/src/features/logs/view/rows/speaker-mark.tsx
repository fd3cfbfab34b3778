import type { Speaker } from '@aicode/log-view';
import { Bot } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** What another model says that the task's own has set to work stands apart. */
export function SpeakerMark({ by, children }: { by: Speaker; children: ReactNode }): ReactElement {
  const { t } = useTranslation('logs');
  if (by === null) return <>{children}</>;
  return (
    <div className="min-w-0 flex-1 border-l-2 border-info pl-3">
      <p className="flex items-center gap-1 text-2xs font-medium text-info">
        <Bot aria-hidden className="size-3" />
        <bdi>{by.name ?? t('subagent')}</bdi>
      </p>
      <div className="flex min-w-0">{children}</div>
    </div>
  );
}
