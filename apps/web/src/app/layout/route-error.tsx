import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, ButtonLink, ErrorState, usePageTitle } from '../../ui/index.js';

/** A page that stopped: what is known of why, and three ways on. The rest of the dashboard works. */
export function RouteError({ error, reset }: ErrorComponentProps): ReactElement {
  const { t } = useTranslation('app');
  const router = useRouter();
  const [retrying, setRetrying] = useState(false);
  usePageTitle(t('crash.title'));
  const retry = (): void => {
    setRetrying(true);
    void router
      .invalidate()
      .then(reset)
      .finally(() => setRetrying(false));
  };
  return (
    <div>
      <h1 className="sr-only">{t('crash.title')}</h1>
      <ErrorState
        error={error}
        title={t('crash.title')}
        onRetry={retry}
        retrying={retrying}
        actions={
          <>
            <Button onClick={() => location.reload()}>{t('crash.reload')}</Button>
            <ButtonLink to="/" variant="ghost">
              {t('crash.home')}
            </ButtonLink>
          </>
        }
      />
    </div>
  );
}
