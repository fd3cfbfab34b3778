import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../app/api/client.browser.js';
import { ConfirmDialog, toast } from '../../ui/index.js';
import { queueKey } from './queries.browser.js';
import { packets } from './queue-order.js';

interface CancelDialogProps {
  /** None: it is closed. */
  ids: readonly string[];
  onClose: (done: boolean) => void;
}

/** Asks, cancels, and says of each that could not be cancelled why. */
export function CancelDialog({ ids, onClose }: CancelDialogProps): ReactElement {
  const { t } = useTranslation('queue');
  const client = useQueryClient();
  const count = ids.length;
  const cancel = async (): Promise<void> => {
    try {
      const results = [];
      for (const packet of packets(ids)) results.push(...(await api.tasks.cancelMany({ ids: packet })).results);
      const refused = results.filter((result) => result.error !== null);
      const done = results.length - refused.length;
      if (done > 0) toast.success(t('cancelled', { count: done }));
      if (refused.length > 0) {
        const why = refused[0]?.error?.message ?? '';
        toast.error(t('not_cancelled', { count: refused.length, why }));
      }
      onClose(true);
    } finally {
      void client.invalidateQueries({ queryKey: queueKey });
    }
  };
  return (
    <ConfirmDialog
      open={count > 0}
      onOpenChange={(open) => (open ? undefined : onClose(false))}
      title={t('confirm_title', { count })}
      description={t('confirm_text')}
      action={t('cancel_selected', { count })}
      danger
      onConfirm={cancel}
    />
  );
}
