import { useLocation } from '@tanstack/react-router';
import { useEffect, useState, type ReactElement } from 'react';

/** Tells those who do not see it that another page has come, and brings a lost focus to it. */
export function RouteAnnouncer(): ReactElement {
  const { pathname } = useLocation();
  const [title, setTitle] = useState('');
  useEffect(() => {
    // The page sets its title after it is shown.
    const timer = setTimeout(() => {
      setTitle(document.title);
      if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
    }, 150);
    return () => clearTimeout(timer);
  }, [pathname]);
  return (
    <p aria-live="polite" className="sr-only">
      {title}
    </p>
  );
}
