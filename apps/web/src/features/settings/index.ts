import type { Feature } from '../../app/feature.js';

export const feature: Feature = { pages: { '/settings': () => import('./settings-page.js') } };
