import { useEffect } from 'react';

const product = 'AICode Manager';

/** The tab's title while this is shown. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${product}`;
    return () => {
      document.title = product;
    };
  }, [title]);
}
