import { useEffect, useEffectEvent } from 'react';

import { addShortcut, type Shortcut } from './shortcuts.browser.js';

/**
 * A key while the component is shown: `useShortcut('g>t', t('keys.go'), run)`. It stands in the list of shortcuts (`?`). Keys
 * without `mod` do not work while somebody types or a dialog is open; `enabled: false` takes it away.
 */
export function useShortcut(
  keys: string,
  label: string,
  run: () => void,
  { scope = 'page', enabled = true }: { scope?: Shortcut['scope']; enabled?: boolean } = {},
): void {
  const act = useEffectEvent(run);
  useEffect(
    () => (enabled ? addShortcut({ keys, label, scope, run: () => act() }) : undefined),
    [keys, label, scope, enabled],
  );
}
