import type { LucideIcon } from 'lucide-react';
import { Tabs as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

import { classNames } from './class-names.js';

export interface Tab<V extends string> {
  value: V;
  label: string;
  icon?: LucideIcon;
  /** A number beside the label; left out at 0. */
  count?: number;
  content: ReactNode;
}

export interface TabsProps<V extends string> {
  /** Names the row of tabs. */
  label: string;
  value: V;
  onChange: (value: V) => void;
  tabs: Tab<V>[];
  /** The content of tabs that were once open stays in the page: sockets and scroll survive. */
  keepMounted?: boolean;
  className?: string;
  panelClassName?: string;
}

export function Tabs<V extends string>({
  label,
  value,
  onChange,
  tabs,
  keepMounted = false,
  className,
  panelClassName,
}: TabsProps<V>): ReactElement {
  const choose = (next: string): void => {
    const tab = tabs.find((other) => other.value === next);
    if (tab) onChange(tab.value);
  };
  return (
    <Radix.Root value={value} onValueChange={choose} className={className}>
      <Radix.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line [scrollbar-width:none]">
        {tabs.map(({ value: key, label: text, icon: Icon, count }) => (
          <Radix.Trigger
            key={key}
            value={key}
            className="relative flex h-10 shrink-0 items-center gap-2 rounded-t-md px-3 font-medium text-muted -outline-offset-2 transition-colors hover:text-ink data-[state=active]:text-ink data-[state=active]:after:absolute data-[state=active]:after:inset-x-2 data-[state=active]:after:-bottom-px data-[state=active]:after:h-0.5 data-[state=active]:after:rounded-full data-[state=active]:after:bg-accent pointer-coarse:h-11"
          >
            {Icon ? <Icon aria-hidden="true" className="size-4" /> : null}
            {text}
            {count ? (
              <span className="rounded-full bg-neutral-soft px-1.5 text-2xs text-neutral tabular">{count}</span>
            ) : null}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ value: key, content }) => (
        <Radix.Content
          key={key}
          value={key}
          {...(keepMounted ? { forceMount: true, hidden: key !== value } : {})}
          className={classNames('outline-offset-4', panelClassName)}
        >
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
