import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';

import type { NavPage } from './pages.js';

export interface NavLinkProps {
  page: NavPage;
  className: string;
  children: ReactNode;
}

/** A link of a navigation; `data-status="active"` and `aria-current` where it is. Home is active only at home. */
export function NavLink({ page, className, children }: NavLinkProps): ReactElement {
  return (
    <Link to={page.path} activeOptions={{ exact: page.path === '/', includeSearch: false }} className={className}>
      {children}
    </Link>
  );
}
