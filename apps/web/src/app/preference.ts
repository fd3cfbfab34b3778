/** Small choices of this browser (theme, language): never a secret. A browser that forbids storage just forgets them. */
export function readPreference(
  key: string,
  storage: () => Pick<Storage, 'getItem'> = () => localStorage,
): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

/** Null removes it. */
export function writePreference(
  key: string,
  value: string | null,
  storage: () => Pick<Storage, 'setItem' | 'removeItem'> = () => localStorage,
): void {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, value);
  } catch {
    // Forgotten with the page.
  }
}
