interface KeyPress {
  key: string;
  metaKey: boolean;
  ctrlKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  isComposing: boolean;
  /** Browsers that do not say `isComposing` give 229 while a character is composed. */
  keyCode: number;
}

/** Whether a key sends: Enter with ⌘ or Ctrl. Never the Enter that ends the composing of a Korean, Japanese or Chinese character. */
export function sends(press: KeyPress): boolean {
  if (press.isComposing || press.keyCode === 229) return false;
  return press.key === 'Enter' && (press.metaKey || press.ctrlKey) && !press.shiftKey && !press.altKey;
}
