import { useSyncExternalStore, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { createClock, type Clock } from './clock.js';
import {
  formatAbsolute,
  formatBytes,
  formatCost,
  formatCount,
  formatDuration,
  formatRelative,
  formatShort,
} from './format.js';

const slow = createClock(10_000);
const fast = createClock(1000);

/** Now, in milliseconds since 1970, each second (`fast`) or every ten. */
export function useNow(speed: 'fast' | 'slow' = 'slow'): number {
  const clock: Clock = speed === 'fast' ? fast : slow;
  return useSyncExternalStore(clock.subscribe, steady(clock));
}

/** React asks between ticks too and must get the same answer. */
function steady(clock: Clock): () => number {
  return clock === fast ? () => Math.floor(clock.now() / 1000) * 1000 : () => Math.floor(clock.now() / 10_000) * 10_000;
}

export interface TimeProps {
  /** As the API gives it. */
  value: string | number;
  /** `relative`: "3 min. ago"; `short`: "14:03", with the date if it was not today. */
  as?: 'relative' | 'short';
  className?: string;
}

/** A time in this browser's zone; all of it on hover. */
export function Time({ value, as = 'relative', className }: TimeProps): ReactElement {
  const { t, i18n } = useTranslation('ui');
  const now = useNow();
  const time = typeof value === 'number' ? value : Date.parse(value);
  const text =
    as === 'relative'
      ? formatRelative(time, Math.max(now, time), i18n.language, t('justNow'))
      : formatShort(time, now, i18n.language);
  return (
    <time dateTime={new Date(time).toISOString()} title={formatAbsolute(time, i18n.language)} className={className}>
      {text}
    </time>
  );
}

/** Between two times; without `to` it runs on, each second. */
export function Elapsed({
  from,
  to,
  className,
}: {
  from: string;
  to?: string | null;
  className?: string;
}): ReactElement {
  const start = Date.parse(from);
  if (to) return <Duration ms={Date.parse(to) - start} className={className} />;
  return <Running start={start} className={className} />;
}

function Running({ start, className }: { start: number; className?: string | undefined }): ReactElement {
  const now = useNow('fast');
  return <Duration ms={Math.max(0, Math.floor((now - start) / 1000) * 1000)} className={className} />;
}

export function Duration({ ms, className }: { ms: number; className?: string | undefined }): ReactElement {
  const { i18n } = useTranslation('ui');
  return <span className={`tabular ${className ?? ''}`}>{formatDuration(ms, i18n.language)}</span>;
}

export function Bytes({ value, className }: { value: number; className?: string }): ReactElement {
  const { i18n } = useTranslation('ui');
  return <span className={`tabular ${className ?? ''}`}>{formatBytes(value, i18n.language)}</span>;
}

export function Count({
  value,
  compact,
  className,
}: {
  value: number;
  compact?: boolean;
  className?: string;
}): ReactElement {
  const { i18n } = useTranslation('ui');
  const full = formatCount(value, i18n.language);
  const text = formatCount(value, i18n.language, compact);
  return (
    <span className={`tabular ${className ?? ''}`} title={text === full ? undefined : full}>
      {text}
    </span>
  );
}

export function Cost({ usd, className }: { usd: number; className?: string }): ReactElement {
  const { i18n } = useTranslation('ui');
  return <span className={`tabular ${className ?? ''}`}>{formatCost(usd, i18n.language)}</span>;
}
