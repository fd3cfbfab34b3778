import { Ban, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/index.js';

interface SelectionBarProps {
  count: number;
  onCancel: () => void;
  onClear: () => void;
}

/** What can be done with all that is chosen; stays in view at the bottom. */
export function SelectionBar({ count, onCancel, onClear }: SelectionBarProps): ReactElement | null {
  const { t } = useTranslation('queue');
  if (count === 0) return null;
  return (
    <div className="sticky bottom-[max(1rem,env(safe-area-inset-bottom))] z-20 mx-auto flex w-fit max-w-full flex-wrap items-center gap-3 rounded-xl border border-line bg-raised px-4 py-2.5 shadow-overlay">
      <span role="status" className="text-sm font-medium">
        {t('selected', { count })}
      </span>
      <Button size="sm" variant="danger" icon={Ban} onClick={onCancel}>
        {t('cancel_selected', { count })}
      </Button>
      <Button size="sm" variant="ghost" icon={X} onClick={onClear}>
        {t('clear')}
      </Button>
    </div>
  );
}
