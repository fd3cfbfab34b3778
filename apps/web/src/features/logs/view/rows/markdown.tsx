import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';

import { safeLink } from '../../model/safe-link.js';

/**
 * Markdown by a model: its HTML is shown as text, its links lead only to the web or to mail and say where, its pictures are links
 * (to load one would tell a stranger who reads it).
 */
export default function Markdown({ text }: { text: string }): ReactElement {
  return (
    <div dir="auto" className="log-prose [unicode-bidi:isolate]">
      <ReactMarkdown remarkPlugins={plugins} components={components} urlTransform={(url) => safeLink(url) ?? ''}>
        {text}
      </ReactMarkdown>
    </div>
  );
}

const plugins = [remarkGfm];

function Link({ href, children }: { href?: string | undefined; children?: ReactNode }): ReactElement {
  const address = safeLink(href);
  if (address === null) return <span>{children}</span>;
  return (
    <a href={address} title={address} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function Picture({ src, alt }: { src?: unknown; alt?: string | undefined }): ReactElement {
  const { t } = useTranslation('logs');
  const words = t('picture', { alt: alt || t('noAlt') });
  return <Link href={typeof src === 'string' ? src : undefined}>{words}</Link>;
}

// Headings of a log are no headings of the page.
const heading =
  (className: string) =>
  ({ children }: { children?: ReactNode }): ReactElement => <p className={className}>{children}</p>;

const components: Components = {
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  img: ({ src, alt }) => <Picture src={src} alt={alt} />,
  h1: heading('log-heading text-lg'),
  h2: heading('log-heading text-lg'),
  h3: heading('log-heading'),
  h4: heading('log-heading'),
  h5: heading('log-heading'),
  h6: heading('log-heading'),
  table: ({ children }) => (
    <div className="overflow-x-auto" tabIndex={0} role="group">
      <table>{children}</table>
    </div>
  ),
  pre: ({ children }) => (
    <pre dir="ltr" tabIndex={0}>
      {children}
    </pre>
  ),
  input: ({ checked }) => <span aria-hidden>{checked ? '☑' : '☐'}</span>,
};
