import { createStore } from 'zustand/vanilla';

import { isApple } from '../../ui/key-names.js';
import { completes, worksWhileTyping, type Stroke } from './match-keys.js';

export interface Shortcut {
  keys: string;
  /** What it does, for the list of shortcuts. */
  label: string;
  scope: 'everywhere' | 'page';
  run: () => void;
}

/** All shortcuts that work now, for the list of them. */
export const shortcuts = createStore<{ active: Shortcut[] }>(() => ({ active: [] }));

/** Strokes further apart (milliseconds) do not belong together. */
const sequenceMs = 1_200;
let strokes: (Stroke & { at: number })[] = [];

export function addShortcut(shortcut: Shortcut): () => void {
  shortcuts.setState(({ active }) => ({ active: [...active, shortcut] }));
  return () => shortcuts.setState(({ active }) => ({ active: active.filter((other) => other !== shortcut) }));
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select');
}

function heard(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
  const { key, ctrlKey, metaKey, altKey, timeStamp: at } = event;
  strokes = [...strokes.filter((stroke) => at - stroke.at < sequenceMs), { key, ctrlKey, metaKey, altKey, at }].slice(
    -3,
  );
  const inDialog = document.querySelector('[role="dialog"], [role="menu"]') !== null;
  const busy = typing(event.target) || inDialog;
  // The newest wins: a page may take a key from the shell.
  const match = shortcuts
    .getState()
    .active.findLast(
      ({ keys }) => (!busy || worksWhileTyping(keys)) && completes(strokes, keys, isApple(navigator.platform)),
    );
  if (!match) return;
  event.preventDefault();
  strokes = [];
  match.run();
}

export function startShortcuts(): void {
  addEventListener('keydown', heard);
}
