import { Check, type LucideIcon } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

import { classNames } from './class-names.js';
import { Kbd } from './kbd.js';

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  shortcut?: string;
  danger?: boolean;
  disabled?: boolean;
  /** A tick before it: one of several choices. */
  checked?: boolean;
  onSelect: () => void;
}

export interface MenuProps {
  /** One button; it gets what a menu's trigger needs. */
  trigger: ReactElement;
  /** Groups of items with a line between them; `null` leaves an item out. */
  groups: (MenuItem | null)[][];
  heading?: ReactNode;
  align?: 'start' | 'end';
}

export function Menu({ trigger, groups, heading, align = 'end' }: MenuProps): ReactElement {
  const shown = groups.map((group) => group.filter((item) => item !== null)).filter((group) => group.length > 0);
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-overlay outline-none animate-pop-in"
        >
          {heading ? <div className="px-2 py-1.5 text-xs text-muted">{heading}</div> : null}
          {shown.map((group, index) => (
            <Radix.Group key={index} className={classNames(index > 0 && 'mt-1 border-t border-line pt-1')}>
              {group.map((item) => (
                <Item key={item.label} {...item} />
              ))}
            </Radix.Group>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Item({ label, icon: Icon, shortcut, danger, disabled, checked, onSelect }: MenuItem): ReactElement {
  const look = classNames(
    'flex min-h-8 cursor-default items-center gap-2.5 rounded-md px-2 text-base outline-none select-none pointer-coarse:min-h-11',
    'data-disabled:opacity-50 data-highlighted:bg-hover dark:data-highlighted:bg-pressed',
    danger ? 'text-danger' : 'text-ink',
  );
  const inside = (
    <>
      {Icon ? <Icon aria-hidden="true" className={classNames('size-4', !danger && 'text-muted')} /> : null}
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {shortcut ? <Kbd keys={shortcut} /> : null}
      {checked ? <Check aria-hidden="true" className="size-4 text-accent" /> : null}
    </>
  );
  return checked === undefined ? (
    <Radix.Item className={look} disabled={disabled} onSelect={onSelect}>
      {inside}
    </Radix.Item>
  ) : (
    <Radix.CheckboxItem className={look} disabled={disabled} checked={checked} onSelect={onSelect}>
      {inside}
    </Radix.CheckboxItem>
  );
}
