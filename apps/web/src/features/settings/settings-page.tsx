import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Keyboard, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../app/api/client.browser.js';
import { chooseLanguage, languageChoice } from '../../app/i18n/i18n.browser.js';
import { languages, type LanguageChoice } from '../../app/i18n/language.js';
import { signOut } from '../../app/session/account.browser.js';
import { useSession } from '../../app/session/session.browser.js';
import { useShell } from '../../app/shell-state.js';
import { useTheme } from '../../app/theme/theme.browser.js';
import {
  Button,
  Card,
  DescriptionList,
  ExternalLink,
  Field,
  PageHeader,
  Segments,
  Select,
  Skeleton,
  Time,
  toast,
} from '../../ui/index.js';

export default function SettingsPage(): ReactElement {
  const { t } = useTranslation('settings');
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader title={t('title')} description={t('lead')} />
      <div className="flex flex-col gap-4">
        <Appearance />
        <KeyboardCard />
        <SessionCard />
        <About />
      </div>
    </div>
  );
}

function Appearance(): ReactElement {
  const { t } = useTranslation('settings');
  const { choice, choose } = useTheme();
  const [language, setLanguage] = useState<LanguageChoice>(languageChoice);
  const changeLanguage = (next: LanguageChoice): void => {
    setLanguage(next);
    chooseLanguage(next).catch(toast.error);
  };
  return (
    <Card title={t('appearance.title')} description={t('appearance.text')}>
      <div className="flex flex-col gap-5">
        <div className="flex flex-col gap-1.5">
          <span className="text-sm font-medium">{t('appearance.theme')}</span>
          <Segments
            label={t('appearance.theme')}
            value={choice}
            onChange={choose}
            options={[
              { value: 'system', label: t('appearance.system'), icon: Monitor },
              { value: 'light', label: t('appearance.light'), icon: Sun },
              { value: 'dark', label: t('appearance.dark'), icon: Moon },
            ]}
          />
        </div>
        <Field label={t('appearance.language')} className="max-w-xs">
          <Select
            value={language}
            onChange={changeLanguage}
            options={[
              { value: 'system', label: t('appearance.system') },
              { value: 'en', label: languages.en },
              { value: 'ko', label: languages.ko },
            ]}
          />
        </Field>
      </div>
    </Card>
  );
}

function KeyboardCard(): ReactElement {
  const { t } = useTranslation('settings');
  const openHelp = useShell((state) => state.openHelp);
  return (
    <Card title={t('keyboard.title')} description={t('keyboard.text')}>
      <Button icon={Keyboard} onClick={() => openHelp(true)}>
        {t('keyboard.show')}
      </Button>
    </Card>
  );
}

function SessionCard(): ReactElement {
  const { t } = useTranslation('settings');
  const navigate = useNavigate();
  const { user } = useSession();
  return (
    <Card title={t('session.title')} description={t('session.text')}>
      <div className="flex flex-col gap-4">
        {user ? (
          <DescriptionList
            items={[
              [t('session.name'), user.username],
              [t('session.role'), t(`session.roles.${user.role}`)],
              [t('session.since'), <Time key="since" value={user.created_at} as="short" />],
            ]}
          />
        ) : null}
        <div>
          <Button icon={LogOut} onClick={() => void signOut(navigate).catch(toast.error)}>
            {t('session.signOut')}
          </Button>
        </div>
      </div>
    </Card>
  );
}

function About(): ReactElement {
  const { t } = useTranslation('settings');
  const health = useQuery({ queryKey: ['health', 'live'], queryFn: ({ signal }) => api.health.live({}, { signal }) });
  return (
    <Card title={t('about.title')}>
      <DescriptionList
        items={[
          [t('about.version'), health.data?.version ?? (health.error ? '–' : <Skeleton className="my-1 h-4 w-16" />)],
          [
            t('about.server'),
            <span key="server" className="font-mono text-sm">
              {location.origin}
            </span>,
          ],
          [
            t('about.api'),
            <ExternalLink key="api" href="/api/docs">
              {t('about.apiText')}
            </ExternalLink>,
          ],
        ]}
      />
    </Card>
  );
}
