import { Fragment, type ReactElement } from 'react';

import { isApple, keyNames } from './key-names.js';

/** Keys to press: `mod+k` (⌘ or Ctrl), `g>t` (one after the other). */
export function Kbd({ keys }: { keys: string }): ReactElement {
  return (
    <span className="inline-flex shrink-0 items-center gap-1">
      {keyNames(keys, isApple(navigator.platform)).map((stroke, index) => (
        <Fragment key={index}>
          {stroke.map((key) => (
            <kbd
              key={key}
              className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line bg-sunken px-1 font-sans text-2xs text-muted"
            >
              {key}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
