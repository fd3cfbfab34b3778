import { useEffect } from 'react';
import { create } from 'zustand';

import type { PaletteEntry } from '../feature.js';

export const usePageEntries = create<{ sources: PaletteEntry[][] }>(() => ({ sources: [] }));

/**
 * What the page that is open offers in the command palette ("Cancel this task"), while the component is shown. Keep the list with
 * useMemo: a new one is told to the palette.
 */
export function usePaletteEntries(entries: PaletteEntry[]): void {
  useEffect(() => {
    usePageEntries.setState(({ sources }) => ({ sources: [...sources, entries] }));
    return () => usePageEntries.setState(({ sources }) => ({ sources: sources.filter((other) => other !== entries) }));
  }, [entries]);
}
