import type { IncomingHttpHeaders } from 'node:http';

import { accessCookie } from '@aicode/contracts';

export interface Credential {
  by: 'header' | 'cookie' | 'nothing';
  /** As an Authorization header. */
  authorization: string | undefined;
}

/**
 * What a request shows of who asks. An Authorization header goes before a cookie, also one that is no good: nobody is taken for
 * somebody else because a browser had a cookie too.
 */
export function credentialOf({ authorization, cookie }: IncomingHttpHeaders): Credential {
  if (authorization !== undefined) return { by: 'header', authorization };
  const token = cookieOf(cookie, accessCookie);
  if (token === undefined) return { by: 'nothing', authorization: undefined };
  return { by: 'cookie', authorization: `Bearer ${token}` };
}

/**
 * Value of one of our cookies. Undefined if it is not there, is none of ours by its shape, or comes more than once: then a page
 * of a neighbouring host has put its own beside ours, and which is which cannot be told.
 */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[\w.-]{1,4096}$/.test(value) ? value : undefined;
}
