import { useLocation } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { ButtonLink, Code, usePageTitle } from '../../ui/index.js';

export function NotFoundPage(): ReactElement {
  const { t } = useTranslation('app');
  const { pathname } = useLocation();
  usePageTitle(t('notFound.title'));
  return (
    <div className="flex flex-col items-center gap-3 py-20 text-center">
      <span className="flex size-12 items-center justify-center rounded-xl border border-line bg-surface text-muted shadow-raised">
        <Compass aria-hidden="true" className="size-6" />
      </span>
      <h1 className="text-xl font-semibold">{t('notFound.title')}</h1>
      <p className="max-w-md text-muted">
        {t('notFound.text')} <Code>{pathname}</Code>
      </p>
      <ButtonLink to="/" variant="primary" className="mt-3">
        {t('notFound.home')}
      </ButtonLink>
    </div>
  );
}
