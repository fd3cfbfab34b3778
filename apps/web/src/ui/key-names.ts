const apple: Record<string, string> = { mod: '⌘', shift: '⇧', alt: '⌥', ctrl: '⌃', enter: '↵', escape: 'Esc' };
const other: Record<string, string> = {
  mod: 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
  ctrl: 'Ctrl',
  enter: 'Enter',
  escape: 'Esc',
};

export function isApple(platform: string): boolean {
  return /mac|iphone|ipad/i.test(platform);
}

/** `mod+k` as the keys that are pressed together, `g>t` as those that are pressed one after the other. */
export function keyNames(keys: string, onApple: boolean): string[][] {
  const names = onApple ? apple : other;
  return keys
    .split('>')
    .map((stroke) => stroke.split('+').map((key) => names[key.trim().toLowerCase()] ?? key.trim().toUpperCase()));
}
