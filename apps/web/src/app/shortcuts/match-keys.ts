/** What of a keyboard event matters here. */
export interface Stroke {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

interface Combination {
  key: string;
  mod: boolean;
  alt: boolean;
}

/** `mod+k`, `g>t`, `?`, `[`: strokes after each other by `>`, keys together by `+`. `mod` is ⌘ on Apple's, Ctrl elsewhere. */
export function parseKeys(keys: string): Combination[] {
  return keys.split('>').map((stroke) => {
    const parts = stroke.split('+').map((part) => part.trim().toLowerCase());
    const key = parts.at(-1) ?? '';
    return { key: key === '' ? '+' : key, mod: parts.includes('mod'), alt: parts.includes('alt') };
  });
}

function same(stroke: Stroke, { key, mod, alt }: Combination, apple: boolean): boolean {
  const [primary, other] = apple ? [stroke.metaKey, stroke.ctrlKey] : [stroke.ctrlKey, stroke.metaKey];
  return stroke.key.toLowerCase() === key && primary === mod && !other && stroke.altKey === alt;
}

/** Whether the newest of the strokes completes the keys. */
export function completes(strokes: readonly Stroke[], keys: string, apple: boolean): boolean {
  const wanted = parseKeys(keys);
  const recent = strokes.slice(-wanted.length);
  return (
    recent.length === wanted.length &&
    wanted.every((combination, index) => {
      const stroke = recent[index];
      return stroke !== undefined && same(stroke, combination, apple);
    })
  );
}

/** Keys without `mod` belong to what is being typed. */
export function worksWhileTyping(keys: string): boolean {
  return parseKeys(keys).every(({ mod }) => mod);
}
