/** Where to go after a sign-in: a page of this dashboard that the address names, or home. Never to elsewhere. */
export function wayOn(to: unknown): string {
  if (typeof to !== 'string' || !to.startsWith('/')) return '/';
  // "//host" and "/\host" are other hosts to a browser.
  const url = new URL(to, 'http://here.invalid');
  if (url.origin !== 'http://here.invalid') return '/';
  const path = `${url.pathname}${url.search}${url.hash}`;
  return /^\/(sign-in|setup)([/?#]|$)/.test(path) ? '/' : path;
}

/** The one-time token from what was pasted: the whole link, or the token alone. */
export function setupToken(pasted: string): string {
  const text = pasted.trim();
  const query = /[?&]token=([^&#\s]+)/.exec(text)?.[1];
  return query === undefined ? text : decodeURIComponent(query);
}
