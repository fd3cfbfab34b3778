import { ChevronLeft } from 'lucide-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';

import { usePageTitle } from './use-page-title.js';

export interface PageHeaderProps {
  /** The page's h1, and the tab's title. */
  title: string;
  /** Instead of the words of the title, in the h1. */
  heading?: ReactNode;
  description?: ReactNode;
  /** Beside the title: a StateBadge. */
  badge?: ReactNode;
  /** At the right; the main one last. */
  actions?: ReactNode;
  /** Above the title: where this page belongs. */
  back?: { label: string; to: LinkProps['to']; params?: LinkProps['params'] };
}

export function PageHeader({ title, heading, description, badge, actions, back }: PageHeaderProps): ReactElement {
  usePageTitle(title);
  return (
    <header className="mb-5 flex flex-wrap items-start gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1 basis-64">
        {back ? (
          <Link
            to={back.to}
            params={back.params}
            className="-ml-1 mb-1 inline-flex min-h-6 items-center gap-0.5 rounded-sm pr-1 text-sm text-muted hover:text-ink"
          >
            <ChevronLeft aria-hidden="true" className="size-4" />
            {back.label}
          </Link>
        ) : null}
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 text-xl font-semibold tracking-tight break-words text-ink">{heading ?? title}</h1>
          {badge}
        </div>
        {description ? <div className="mt-1 max-w-prose text-base text-muted">{description}</div> : null}
      </div>
      {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
    </header>
  );
}
