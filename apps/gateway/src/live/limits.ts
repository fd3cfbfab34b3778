import type { Rate } from '../http/rate-bucket.js';

/** Largest frame that a client may send, in bytes. */
export const maxFrameBytes = 64 * 1024;
/** Logs that one socket may follow at once. */
export const maxSubscriptions = 50;
/** How fast a socket may send frames. */
export const frameRate: Rate = { burst: 100, perSecond: 20 };
