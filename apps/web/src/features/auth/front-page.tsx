import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { BrandMark } from '../../app/layout/brand.js';
import { usePageTitle } from '../../ui/index.js';

export interface FrontPageProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  below?: ReactNode;
}

/** A page before the sign-in: one card in the middle. */
export function FrontPage({ title, lead, children, below }: FrontPageProps): ReactElement {
  const { t } = useTranslation('app');
  usePageTitle(title);
  return (
    <div className="flex flex-1 flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <BrandMark className="size-11" />
          <p className="text-sm font-medium text-muted">{t('product')}</p>
        </div>
        <div className="rounded-xl border border-line bg-surface p-6 shadow-raised">
          <h1 className="text-lg font-semibold">{title}</h1>
          {lead ? <div className="mt-1 text-muted">{lead}</div> : null}
          <div className="mt-5">{children}</div>
        </div>
        {below ? <div className="mt-5 text-center text-sm text-muted">{below}</div> : null}
      </div>
    </div>
  );
}
