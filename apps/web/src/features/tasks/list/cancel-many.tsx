import type { Task } from '@aicode/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { Ban, X } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../../app/api/client.browser.js';
import { Button, ConfirmDialog, toast } from '../../../ui/index.js';
import { taskTold } from '../queries.browser.js';

/** The server takes so many at a time. */
const most = 100;

/** What is chosen, at the bottom of the page, and the way to cancel it. */
export function CancelMany({ tasks, onDone }: { tasks: readonly Task[]; onDone: () => void }): ReactElement | null {
  const { t } = useTranslation('tasks');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const cancel = async (): Promise<void> => {
    let refused: string | null = null;
    for (let at = 0; at < tasks.length; at += most) {
      const ids = tasks.slice(at, at + most).map(({ id }) => id);
      const { results } = await api.tasks.cancelMany({ ids });
      for (const { task, error } of results) {
        if (task) taskTold(client, task);
        refused ??= error?.message ?? null;
      }
    }
    if (refused) toast.error(refused);
    else toast.success(t('cancelled', { count: tasks.length }));
    onDone();
  };
  if (tasks.length === 0) return null;
  return (
    <>
      <div className="sticky bottom-[max(1rem,env(safe-area-inset-bottom))] z-20 mx-auto flex w-fit max-w-full flex-wrap items-center gap-3 rounded-xl border border-line bg-raised px-4 py-2.5 shadow-overlay">
        <span role="status" className="text-sm font-medium">
          {t('chosen', { count: tasks.length })}
        </span>
        <Button size="sm" variant="danger" icon={Ban} onClick={() => setAsking(true)}>
          {t('cancelMany', { count: tasks.length })}
        </Button>
        <Button size="sm" variant="ghost" icon={X} onClick={onDone}>
          {t('clearChoice')}
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('cancelAsk', { count: tasks.length })}
        description={t('cancelText')}
        action={t('cancelMany', { count: tasks.length })}
        danger
        onConfirm={cancel}
      />
    </>
  );
}
