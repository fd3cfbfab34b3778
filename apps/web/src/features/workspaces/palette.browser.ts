import i18next from 'i18next';
import { FolderPlus, SquareTerminal } from 'lucide-react';

import type { PaletteContext, PaletteGroup } from '../../app/feature.js';
import { queryClient } from '../../app/query-client.js';
import { allWorkspaces } from './queries.browser.js';

/** In the command palette: each workspace by its name, and a new one. */
export async function workspacePalette({ navigate }: PaletteContext): Promise<PaletteGroup[]> {
  await i18next.loadNamespaces('workspaces');
  const t = i18next.getFixedT(null, 'workspaces');
  const workspaces = await queryClient.fetchQuery(allWorkspaces());
  return [
    {
      heading: t('title'),
      entries: [
        {
          id: 'workspace:new',
          label: t('new'),
          icon: FolderPlus,
          run: () => navigate('/workspaces?create=true'),
        },
        ...workspaces.map((workspace) => ({
          id: `workspace:${workspace.id}`,
          label: workspace.name,
          hint: t(`state.${workspace.state}`),
          keywords: [workspace.id],
          icon: SquareTerminal,
          run: () => navigate(`/workspaces/${workspace.id}`),
        })),
      ],
    },
  ];
}
