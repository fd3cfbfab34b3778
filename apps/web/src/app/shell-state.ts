import { create } from 'zustand';

interface ShellState {
  paletteOpen: boolean;
  helpOpen: boolean;
  openPalette: (open: boolean) => void;
  openHelp: (open: boolean) => void;
}

/** What of the shell is open above the page. */
export const useShell = create<ShellState>((set) => ({
  paletteOpen: false,
  helpOpen: false,
  openPalette: (paletteOpen) => set({ paletteOpen, helpOpen: false }),
  openHelp: (helpOpen) => set({ helpOpen, paletteOpen: false }),
}));
