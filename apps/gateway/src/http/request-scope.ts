import type { Principal } from '../auth/principal.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** Set before anything else. */
    requestId: string;
    /** Who asks; set by the access guard on every route that is not public. */
    principal?: Principal;
    /** The checked parts of the request; set by the route interceptor. */
    routeInput?: unknown;
  }
}
