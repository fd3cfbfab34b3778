import { CircleCheck, RotateCw, WifiOff } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, classNames, formatShort, useNow } from '../../ui/index.js';
import { shortBreakMs } from '../live/connection-face.js';
import { live } from '../live/live.browser.js';
import { useConnection } from '../live/use-live.js';

/** So long the good news stand (milliseconds). */
const backMs = 4_000;

/** Says when what is seen may be old, and when it is current again. Short breaks are not worth a word. */
export function ConnectionBanner(): ReactElement {
  const { t, i18n } = useTranslation('app');
  const { face, since } = useConnection();
  const broken = face === 'reconnecting' || face === 'offline';
  const now = useNow();
  const [shown, setShown] = useState<'none' | 'lost' | 'back'>('none');
  useEffect(() => {
    if (broken) {
      const timer = setTimeout(() => setShown('lost'), Math.max(0, since + shortBreakMs - Date.now()));
      return () => clearTimeout(timer);
    }
    if (face !== 'online') return undefined;
    const settle = setTimeout(() => setShown((now) => (now === 'lost' ? 'back' : now)), 0);
    const leave = setTimeout(() => setShown('none'), backMs);
    return () => {
      clearTimeout(settle);
      clearTimeout(leave);
    };
  }, [broken, face, since]);

  const back = shown === 'back' && !broken;
  const lost = shown === 'lost' && broken;
  return (
    <div role="status" className="sticky top-13 z-20 sm:top-0">
      {lost || back ? (
        <div
          className={classNames(
            'flex min-h-10 items-center gap-3 border-b px-4 py-1.5 text-sm font-medium sm:px-6 lg:px-8',
            back ? 'border-success/30 bg-success-soft text-success' : 'border-warning/30 bg-warning-soft text-warning',
          )}
        >
          {back ? (
            <CircleCheck aria-hidden="true" className="size-4 shrink-0" />
          ) : (
            <WifiOff aria-hidden="true" className="size-4 shrink-0" />
          )}
          <span className="min-w-0 flex-1">
            {back ? t('live.back') : t(`live.${face}`, { time: formatShort(since, now, i18n.language) })}
          </span>
          {lost ? (
            <Button size="sm" icon={RotateCw} onClick={() => live.wake()}>
              {t('live.now')}
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
