import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { session, setupNeeded, useSession } from '../../app/session/session.browser.js';
import { ButtonLink, Code } from '../../ui/index.js';
import { FrontPage } from './front-page.js';
import { SignInForm } from './sign-in-form.js';
import { wayOn } from './way-on.js';

export default function SignInPage(): ReactElement {
  const { t } = useTranslation('auth');
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const { status } = useSession();
  const to = wayOn(search['to']);
  const first = useQuery({ queryKey: ['setup-needed'], queryFn: setupNeeded });

  useEffect(() => {
    session.restore().catch(() => undefined);
  }, []);
  useEffect(() => {
    if (status === 'signed-in') void navigate({ href: to, replace: true });
  }, [status, navigate, to]);

  if (first.data) {
    return (
      <FrontPage title={t('first.title')} lead={t('first.text')}>
        <div className="flex flex-col gap-4">
          <p className="text-muted">
            {t('first.console')} <Code>/setup?token=…</Code>
          </p>
          <ButtonLink to="/setup" variant="primary" className="w-full">
            {t('first.have')}
          </ButtonLink>
        </div>
      </FrontPage>
    );
  }
  return (
    <FrontPage title={t('title')} lead={t('lead')} below={t('noPassword')}>
      <SignInForm />
    </FrontPage>
  );
}
