import { create } from 'zustand';

import { readPreference, writePreference } from '../preference.js';
import { resolveTheme, themeChoiceOf, themeKey, type Theme, type ThemeChoice } from './theme.js';

interface ThemeState {
  choice: ThemeChoice;
  theme: Theme;
  choose: (choice: ThemeChoice) => void;
}

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

function stateOf(choice: ThemeChoice): Pick<ThemeState, 'choice' | 'theme'> {
  return { choice, theme: resolveTheme(choice, systemIsDark.matches) };
}

/** The theme of this browser: follows the system, and other tabs. */
export const useTheme = create<ThemeState>((set) => ({
  ...stateOf(themeChoiceOf(readPreference(themeKey))),
  choose: (choice) => {
    writePreference(themeKey, choice === 'system' ? null : choice);
    set(stateOf(choice));
  },
}));

function show({ theme }: ThemeState): void {
  document.documentElement.dataset['theme'] = theme;
  const bar = document.querySelector('meta[name="theme-color"]');
  bar?.setAttribute('content', theme === 'dark' ? '#0c0d10' : '#fafafa');
}

export function startTheme(): void {
  show(useTheme.getState());
  useTheme.subscribe(show);
  systemIsDark.addEventListener('change', () => useTheme.setState(stateOf(useTheme.getState().choice)));
  addEventListener('storage', (event) => {
    if (event.key === themeKey) useTheme.setState(stateOf(themeChoiceOf(event.newValue)));
  });
}
