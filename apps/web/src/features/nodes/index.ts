import type { Feature } from '../../app/feature.js';

export const feature: Feature = {
  pages: { '/nodes': () => import('./nodes-page.js').then((page) => ({ default: page.NodesPage })) },
};
