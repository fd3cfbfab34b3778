import { useNavigate } from '@tanstack/react-router';
import { CircleUserRound, Keyboard, LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Menu, toast, messageOf } from '../../ui/index.js';
import { signOut } from '../session/account.browser.js';
import { useSession } from '../session/session.browser.js';
import { useShell } from '../shell-state.js';
import { useTheme } from '../theme/theme.browser.js';
import { themeChoices } from '../theme/theme.js';

export const themeIcons = { system: Monitor, light: Sun, dark: Moon };

export function AccountMenu(): ReactElement | null {
  const { t } = useTranslation('app');
  const navigate = useNavigate();
  const { user } = useSession();
  const { choice, choose } = useTheme();
  const openHelp = useShell((state) => state.openHelp);
  if (!user) return null;
  const name = user.username;
  const leave = (): void => {
    signOut(navigate).catch((error: unknown) => toast.error(t('account.signOutFailed', { why: messageOf(error) })));
  };
  return (
    <Menu
      align="start"
      heading={t('account.signedInAs', { name })}
      trigger={
        <button
          type="button"
          aria-label={t('account.label', { name })}
          className="flex size-9 items-center justify-center gap-2.5 rounded-md text-muted hover:bg-hover hover:text-ink lg:h-9 lg:w-full lg:justify-start lg:px-2 pointer-coarse:size-11"
        >
          <CircleUserRound aria-hidden="true" className="size-5 shrink-0" />
          <span className="hidden min-w-0 truncate text-sm font-medium lg:inline">{name}</span>
        </button>
      }
      groups={[
        themeChoices.map((theme) => ({
          label: t('palette.theme', { name: t(`theme.${theme}`) }),
          icon: themeIcons[theme],
          checked: choice === theme,
          onSelect: () => choose(theme),
        })),
        [
          { label: t('nav.settings'), icon: Settings, onSelect: () => void navigate({ to: '/settings' }) },
          { label: t('keys.title'), icon: Keyboard, shortcut: '?', onSelect: () => openHelp(true) },
        ],
        [{ label: t('account.signOut'), icon: LogOut, onSelect: leave }],
      ]}
    />
  );
}
