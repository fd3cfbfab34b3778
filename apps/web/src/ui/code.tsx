import type { ReactElement } from 'react';

import { classNames } from './class-names.js';
import { CopyButton } from './copy-button.js';

/** A word of code in a sentence. */
export function Code({ children, className }: { children: string; className?: string }): ReactElement {
  return (
    <code
      className={classNames('rounded-sm bg-neutral-soft px-1 py-0.5 font-mono text-[0.92em] break-words', className)}
    >
      {children}
    </code>
  );
}

export interface CodeBlockProps {
  code: string;
  /** With it a button copies the code: "Copy the command". */
  copyLabel?: string;
  /** Names what can be scrolled. */
  label: string;
  wrap?: boolean;
  className?: string;
}

/** Code as it is, without colours. Always text: nothing in it is run or rendered. */
export function CodeBlock({ code, copyLabel, label, wrap = false, className }: CodeBlockProps): ReactElement {
  return (
    <div className={classNames('relative rounded-md border border-line bg-sunken', className)}>
      <pre
        tabIndex={0}
        aria-label={label}
        className={classNames(
          'max-h-96 overflow-auto p-3 font-mono text-xs leading-5',
          wrap && 'break-words whitespace-pre-wrap',
          copyLabel && 'pr-12',
        )}
      >
        {code}
      </pre>
      {copyLabel ? (
        <span className="absolute top-1.5 right-1.5">
          <CopyButton text={code} label={copyLabel} />
        </span>
      ) : null}
    </div>
  );
}
