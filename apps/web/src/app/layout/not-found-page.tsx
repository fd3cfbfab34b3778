import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

export function NotFoundPage(): ReactElement {
  const { t } = useTranslation('app');
  return <h1>{t('notFound.title')}</h1>;
}
