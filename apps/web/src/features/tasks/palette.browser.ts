import i18next from 'i18next';
import { ListChecks, Plus } from 'lucide-react';

import { api } from '../../app/api/client.browser.js';
import type { PaletteContext, PaletteGroup } from '../../app/feature.js';
import { titleOf } from './list/task-filters.js';

/** In the command palette: a new task, and the newest ones. */
export async function taskPalette(context: PaletteContext): Promise<PaletteGroup[]> {
  await i18next.loadNamespaces(['tasks', 'ui']);
  const t = i18next.getFixedT(null, 'tasks');
  const words = i18next.getFixedT(null, 'ui');
  const { items } = await api.tasks.list({ limit: 50 }, { signal: context.signal });
  return [
    {
      heading: t('title'),
      entries: [
        { id: 'task:new', label: t('new'), icon: Plus, run: () => context.navigate('/tasks?new=true') },
        ...items.map((task) => ({
          id: `task:${task.id}`,
          label: titleOf(task, 120),
          hint: words(`state.${task.state}.word`),
          keywords: [task.id],
          icon: ListChecks,
          run: () => context.navigate(`/tasks/${task.id}`),
        })),
      ],
    },
  ];
}
