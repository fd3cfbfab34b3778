import type { Feature } from '../../app/feature.js';

export { SignInForm } from './sign-in-form.js';

export const feature: Feature = {
  pages: {
    '/sign-in': () => import('./sign-in-page.js'),
    '/setup': () => import('./setup-page.js'),
  },
};
