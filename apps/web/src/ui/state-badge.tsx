import type { TaskState } from '@aicode/contracts';
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  Hand,
  Layers,
  LoaderCircle,
  TimerOff,
  Unplug,
  type LucideIcon,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Badge, type BadgeTone } from './badge.js';
import { classNames } from './class-names.js';

/** `lost`: its runner has not been heard of for a while. */
export type ShownState = TaskState | 'lost';

interface Look {
  icon: LucideIcon;
  tone: BadgeTone;
  colour: string;
  moving?: boolean;
}

const looks: Record<ShownState, Look> = {
  pending: { icon: Layers, tone: 'neutral', colour: 'text-neutral' },
  starting: { icon: CircleDashed, tone: 'info', colour: 'text-info' },
  running: { icon: LoaderCircle, tone: 'info', colour: 'text-info', moving: true },
  waiting_approval: { icon: Hand, tone: 'attention', colour: 'text-warning' },
  succeeded: { icon: CircleCheck, tone: 'success', colour: 'text-success' },
  failed: { icon: CircleX, tone: 'danger', colour: 'text-danger' },
  timed_out: { icon: TimerOff, tone: 'danger', colour: 'text-danger' },
  cancelled: { icon: Ban, tone: 'neutral', colour: 'text-neutral' },
  lost: { icon: Unplug, tone: 'neutral', colour: 'text-neutral' },
};

const turning = 'motion-safe:animate-spin';

/** A task's state: icon and word, and on hover the sentence that explains it. */
export function StateBadge({ state }: { state: ShownState }): ReactElement {
  const { t } = useTranslation('ui');
  const { icon, tone, moving } = looks[state];
  return (
    <Badge
      tone={tone}
      icon={icon}
      iconClassName={moving ? turning : undefined}
      dashed={state === 'lost'}
      title={t(`state.${state}.means`)}
    >
      {t(`state.${state}.word`)}
    </Badge>
  );
}

/** The icon alone, for dense rows; its word is there for those who do not see it. */
export function StateIcon({ state, className }: { state: ShownState; className?: string }): ReactElement {
  const { t } = useTranslation('ui');
  const { icon: Icon, colour, moving } = looks[state];
  const word = t(`state.${state}.word`);
  return (
    <span className={classNames('inline-flex shrink-0', colour, className)} title={word}>
      <Icon aria-hidden="true" className={classNames('size-4', moving && turning)} />
      <span className="sr-only">{word}</span>
    </span>
  );
}
