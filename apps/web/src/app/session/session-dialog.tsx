import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Dialog } from '../../ui/index.js';
import { useSession } from './session.browser.js';

const SignInForm = lazy(async () => ({ default: (await import('../../features/auth/index.js')).SignInForm }));

/** When the session ends in the middle of something: the page below stays as it is, with all that was typed. */
export function SessionDialog(): ReactElement | null {
  const { t } = useTranslation('app');
  const { status, user } = useSession();
  const navigate = useNavigate();
  if (status !== 'expired') return null;
  return (
    <Dialog
      open
      topmost
      dismissible={false}
      onOpenChange={() => undefined}
      title={t('expired.title')}
      description={t('expired.text')}
    >
      <Suspense>
        <SignInForm username={user.username} onOther={() => void navigate({ to: '/sign-in', reloadDocument: true })} />
      </Suspense>
    </Dialog>
  );
}
