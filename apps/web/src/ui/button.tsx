import { Link, type LinkComponentProps } from '@tanstack/react-router';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactElement, ReactNode } from 'react';

import { classNames } from './class-names.js';
import { Spinner } from './spinner.js';
import { Tooltip } from './tooltip.js';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger';
export type ButtonSize = 'sm' | 'md';

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent-solid text-on-accent shadow-raised hover:bg-accent-solid-hover',
  secondary: 'bg-surface text-ink border border-line-strong/50 shadow-raised hover:bg-hover active:bg-pressed',
  ghost: 'text-muted hover:bg-hover hover:text-ink active:bg-pressed',
  danger: 'bg-danger-solid text-white shadow-raised hover:bg-danger-solid-hover',
};
const sizes: Record<ButtonSize, string> = {
  sm: 'h-7 px-2.5 gap-1.5 text-sm pointer-coarse:min-h-9',
  md: 'h-9 px-3.5 gap-2 text-base pointer-coarse:min-h-11',
};
const square: Record<ButtonSize, string> = {
  sm: 'size-7 pointer-coarse:size-9',
  md: 'size-9 pointer-coarse:size-11',
};
const base =
  'inline-flex shrink-0 items-center justify-center rounded-md font-medium whitespace-nowrap select-none transition-colors duration-100 disabled:opacity-50 disabled:cursor-not-allowed aria-disabled:opacity-50';

export interface ButtonLook {
  /** `secondary` if not given. At most one `primary` in a view. */
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: LucideIcon;
}

function look({ variant = 'secondary', size = 'md' }: ButtonLook, className?: string): string {
  return classNames(base, variants[variant], sizes[size], className);
}

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'children'>, ButtonLook {
  children: ReactNode;
  /** Shows a spinner and takes no clicks, but keeps the focus and its width. */
  busy?: boolean;
}

export function Button({
  variant,
  size,
  icon: Icon,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      {...rest}
      className={look({ variant, size }, className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest['aria-disabled']}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy ? <Spinner /> : Icon ? <Icon aria-hidden="true" className="size-4" /> : null}
      {children}
    </button>
  );
}

export type ButtonLinkProps = LinkComponentProps & ButtonLook;

/** A link (of the router: `to`, `params`, `search`) that looks like a button. */
export function ButtonLink({ variant, size, icon: Icon, className, children, ...rest }: ButtonLinkProps): ReactElement {
  return (
    <Link {...rest} className={look({ variant, size }, className)}>
      {Icon ? <Icon aria-hidden="true" className="size-4" /> : null}
      {typeof children === 'function' ? null : children}
    </Link>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'>, ButtonLook {
  icon: LucideIcon;
  /** Its name, also shown as a tooltip. */
  label: string;
  /** Shown in the tooltip: the key that does the same. */
  shortcut?: string;
  busy?: boolean;
}

export function IconButton({
  icon: Icon,
  label,
  shortcut,
  variant = 'ghost',
  size = 'md',
  busy = false,
  className,
  ...rest
}: IconButtonProps): ReactElement {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <button
        type="button"
        {...rest}
        disabled={busy || rest.disabled}
        aria-label={label}
        className={classNames(base, variants[variant], square[size], className)}
      >
        {busy ? <Spinner /> : <Icon aria-hidden="true" className="size-4" />}
      </button>
    </Tooltip>
  );
}
