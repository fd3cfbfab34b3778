import { Radio, WifiOff } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { classNames, formatShort, Spinner, Tooltip, useNow } from '../../ui/index.js';
import { useConnection } from '../live/use-live.js';

/** Whether what is seen is current: icon and word, and a true sentence on hover and for those who do not see. */
export function LiveState(): ReactElement {
  const { t, i18n } = useTranslation('app');
  const { face, since } = useConnection();
  const sentence = t(`live.${face}`, { time: formatShort(since, useNow(), i18n.language) });
  return (
    <Tooltip text={sentence} side="right">
      <button
        type="button"
        aria-label={sentence}
        className={classNames(
          'flex size-9 cursor-default items-center justify-center gap-2.5 rounded-md text-xs lg:h-7 lg:w-full lg:justify-start lg:px-2.5',
          face === 'online'
            ? 'text-success'
            : face === 'connecting' || face === 'signed-out'
              ? 'text-muted'
              : 'text-warning',
        )}
      >
        {face === 'online' ? (
          <Radio aria-hidden="true" className="size-4 shrink-0" />
        ) : face === 'offline' || face === 'signed-out' ? (
          <WifiOff aria-hidden="true" className="size-4 shrink-0" />
        ) : (
          <Spinner className="shrink-0" />
        )}
        <span className="hidden truncate lg:inline">{t(`live.word.${face}`)}</span>
      </button>
    </Tooltip>
  );
}
