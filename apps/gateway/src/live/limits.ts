/** Largest frame that a client may send, in bytes. */
export const maxFrameBytes = 64 * 1024;
/** Logs that one socket may follow at once. */
export const maxSubscriptions = 50;
/** Frames that a socket may send at once, and how many each second gives back. */
export const frameBurst = 100;
export const framesPerSecond = 20;
