import { Link, type LinkComponentProps } from '@tanstack/react-router';
import type { ReactElement } from 'react';

import { classNames } from './class-names.js';

/** A link in text, to a page of the dashboard: `to`, `params`, `search`. */
export function TextLink({ className, ...rest }: LinkComponentProps): ReactElement {
  const look = 'font-medium text-accent underline decoration-accent/40 underline-offset-3 hover:decoration-accent';
  return <Link {...rest} className={classNames(look, className)} />;
}

/** A link to elsewhere: opens beside the page and tells the other side nothing. */
export function ExternalLink({ href, children }: { href: string; children: string }): ReactElement {
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer noopener"
      className="font-medium text-accent underline decoration-accent/40 underline-offset-3 hover:decoration-accent"
    >
      {children}
    </a>
  );
}
