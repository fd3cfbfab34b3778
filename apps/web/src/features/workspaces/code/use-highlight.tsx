import { useEffect, useState, type ReactNode } from 'react';

import { highlightLines } from './highlight.browser.js';
import type { Token } from './token-lines.js';

/** The lines of a text with its colours; null until they are there, then the text may be shown plain. */
export function useHighlight(path: string, text: string | null): Token[][] | null {
  const [found, setFound] = useState<{ path: string; text: string; lines: Token[][] } | null>(null);
  useEffect(() => {
    if (text === null) return;
    let wanted = true;
    void highlightLines(path, text).then((lines) => {
      if (wanted) setFound({ path, text, lines });
    });
    return () => {
      wanted = false;
    };
  }, [path, text]);
  return found && found.path === path && found.text === text ? found.lines : null;
}

/** One line's coloured stretches; always as text, so markup in a file is never markup here. */
export function TokenLine({ tokens }: { tokens: readonly Token[] }): ReactNode {
  return tokens.map((token, index) =>
    token.className === null ? (
      token.text
    ) : (
      <span key={index} className={token.className}>
        {token.text}
      </span>
    ),
  );
}
