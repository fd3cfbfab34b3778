import type { Feature } from '../../app/feature.js';

export const feature: Feature = {
  pages: {
    '/tasks': () => import('./list/task-list-page.js').then((page) => ({ default: page.TaskListPage })),
    '/tasks/$id': () => import('./task/task-page.js').then((page) => ({ default: page.TaskPage })),
  },
  palette: async (context) => (await import('./palette.browser.js')).taskPalette(context),
};
