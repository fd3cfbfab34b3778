import { useNavigate } from '@tanstack/react-router';
import { Keyboard, Languages, LogOut } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import type { PaletteGroup } from '../feature.js';
import { hasPage } from '../features.vite.js';
import { chooseLanguage } from '../i18n/i18n.browser.js';
import { languages } from '../i18n/language.js';
import { themeIcons } from '../layout/account-menu.js';
import { navPages } from '../layout/pages.js';
import { signOut } from '../session/account.browser.js';
import { useShell } from '../shell-state.js';
import { useTheme } from '../theme/theme.browser.js';
import { themeChoices } from '../theme/theme.js';

/** What the shell puts into the palette. */
export function useShellEntries(): { pages: PaletteGroup[]; actions: PaletteGroup[] } {
  const { t } = useTranslation('app');
  const navigate = useNavigate();
  const choose = useTheme((state) => state.choose);
  const openHelp = useShell((state) => state.openHelp);
  const pages = navPages
    .filter(({ path }) => hasPage(path))
    .map(({ path, name, icon }) => ({
      id: `page:${path}`,
      label: t(`nav.${name}`),
      icon,
      run: () => navigate({ to: path }),
    }));
  const themes = themeChoices.map((theme) => ({
    id: `theme:${theme}`,
    label: t('palette.theme', { name: t(`theme.${theme}`) }),
    icon: themeIcons[theme],
    run: () => choose(theme),
  }));
  const tongues = (['system', 'en', 'ko'] as const).map((language) => ({
    id: `language:${language}`,
    label: t('palette.language', { name: language === 'system' ? t('language.system') : languages[language] }),
    keywords: ['language', '언어', language],
    icon: Languages,
    run: () => chooseLanguage(language),
  }));
  return {
    pages: [{ heading: t('palette.pages'), entries: pages }],
    actions: [
      {
        heading: t('palette.actions'),
        entries: [
          { id: 'shortcuts', label: t('palette.shortcuts'), icon: Keyboard, run: () => openHelp(true) },
          ...themes,
          ...tongues,
          { id: 'sign-out', label: t('account.signOut'), icon: LogOut, run: () => signOut(navigate) },
        ],
      },
    ],
  };
}
