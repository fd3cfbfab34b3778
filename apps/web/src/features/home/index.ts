import type { Feature } from '../../app/feature.js';

export const feature: Feature = {
  pages: { '/': () => import('./home-page.js').then((page) => ({ default: page.HomePage })) },
};
