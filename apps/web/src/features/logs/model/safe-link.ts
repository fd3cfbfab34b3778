const schemes = new Set(['http:', 'https:', 'mailto:']);

/** The address of a link that a model wrote, or null if it must not be one: only the web and mail, and only whole addresses. */
export function safeLink(address: string | undefined): string | null {
  if (address === undefined) return null;
  try {
    const url = new URL(address);
    return schemes.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
