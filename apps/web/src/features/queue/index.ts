import type { Feature } from '../../app/feature.js';

export const feature: Feature = {
  pages: { '/queue': () => import('./queue-page.js').then((page) => ({ default: page.QueuePage })) },
};
