import { useState, useSyncExternalStore } from 'react';

import { readPreference, writePreference } from '../../../app/preference.js';

/** How diffs are shown here; kept by this browser. */
export interface DiffChoices {
  split: boolean;
  wrap: boolean;
  hideWhitespace: boolean;
}

const key = (name: keyof DiffChoices): string => `aicode.diff.${name}`;

export function useDiffChoices(): [DiffChoices, (name: keyof DiffChoices, on: boolean) => void] {
  const [choices, setChoices] = useState<DiffChoices>(() => ({
    split: readPreference(key('split')) === 'true',
    wrap: readPreference(key('wrap')) !== 'false',
    hideWhitespace: readPreference(key('hideWhitespace')) === 'true',
  }));
  return [
    choices,
    (name, on) => {
      writePreference(key(name), String(on));
      setChoices((before) => ({ ...before, [name]: on }));
    },
  ];
}

/** True while the page has room for two columns. */
export function useWide(query = '(min-width: 64rem)'): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}
