import type { Feature } from '../../app/feature.js';

export { useTold, type Concerns } from './live/use-told.browser.js';
export { promptLine } from './tasks/prompt-line.js';
export { useMay } from './use-may.browser.js';
export { useWorkspaceNames } from './workspace-names.browser.js';

export const feature: Feature = {
  pages: {
    '/workspaces': () => import('./list/workspaces-page.js').then((page) => ({ default: page.WorkspacesPage })),
    '/workspaces/$id': () => import('./page/workspace-page.js').then((page) => ({ default: page.WorkspacePage })),
  },
  palette: async (context) => (await import('./palette.browser.js')).workspacePalette(context),
};
