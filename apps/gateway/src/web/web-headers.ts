import type { Response } from 'express';

/** Everything that a page may do is with its own server, and its scripts are files: text that gets into it runs nowhere. */
export const webPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "object-src 'none'",
].join('; ');

const unused = ['accelerometer', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'magnetometer', 'microphone'];
const dangerous = ['midi', 'payment', 'publickey-credentials-get', 'screen-wake-lock', 'usb', 'xr-spatial-tracking'];
const permissions = [...unused, ...dangerous].map((feature) => `${feature}=()`).join(', ');

/** On top of what every answer has (http/security-headers.ts): same-origin opener and resource policy, nosniff, no referrer. */
export function webHeaders(response: Response): void {
  response.setHeader('Content-Security-Policy', webPolicy);
  response.setHeader('Permissions-Policy', permissions);
}
