import type { Priority, Task } from '@aicode/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api } from '../../app/api/client.browser.js';
import { toast } from '../../ui/index.js';
import { promptLine } from '../workspaces/index.js';
import { queueKey } from './queries.browser.js';

/** Gives a waiting task another priority; the list shows its new place as the server tells it. */
export function useReprioritise(): (task: Task, priority: Priority) => void {
  const { t } = useTranslation('queue');
  const client = useQueryClient();
  return (task, priority) => {
    if (task.priority === priority) return;
    api.tasks
      .update({ id: task.id, priority })
      .then(
        () => toast.success(t('moved', { task: promptLine(task.command, 60), priority: t(`priority.${priority}`) })),
        (error: unknown) => toast.error(error),
      )
      .finally(() => void client.invalidateQueries({ queryKey: queueKey }));
  };
}
