import { createApiClient, type ApiClient } from '@aicode/api-client';

import { session } from '../session/session.browser.js';

/** Every route of the platform as `api.tasks.list({ … }, { signal })`. The sign-in is a cookie that no script can read. */
export const api: ApiClient = createApiClient({
  baseUrl: location.origin,
  cookies: (refused) => session.ensure(refused),
});
