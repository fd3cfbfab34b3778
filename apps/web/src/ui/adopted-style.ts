import { useEffect, useState, type FC } from 'react';

/**
 * Stands in for `react-style-singleton`, with which Radix locks the page's scroll: the same rules, but by an adopted style sheet in
 * place of a style tag, which the content policy refuses.
 */
interface Singleton {
  add(css: string): void;
  remove(): void;
}

export function stylesheetSingleton(target: Pick<Document, 'adoptedStyleSheets'> = document): Singleton {
  let users = 0;
  let sheet: CSSStyleSheet | null = null;
  return {
    add(css) {
      users += 1;
      if (users > 1) return;
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      target.adoptedStyleSheets = [...target.adoptedStyleSheets, sheet];
    },
    remove() {
      users -= 1;
      if (users > 0) return;
      target.adoptedStyleSheets = target.adoptedStyleSheets.filter((other) => other !== sheet);
      sheet = null;
    },
  };
}

export function styleHookSingleton(): (css: string, dynamic?: boolean) => void {
  const singleton = stylesheetSingleton();
  return (css, dynamic = false) => {
    const [first] = useState(css);
    // As the original: without `dynamic` the first rules stay.
    const rules = dynamic ? css : first;
    useEffect(() => {
      singleton.add(rules);
      return () => singleton.remove();
    }, [rules]);
  };
}

export function styleSingleton(): FC<{ styles: string; dynamic?: boolean }> {
  const useStyle = styleHookSingleton();
  return function AdoptedStyle({ styles, dynamic }) {
    useStyle(styles, dynamic);
    return null;
  };
}
