import type { LucideIcon } from 'lucide-react';
import { Checkbox as RadixCheckbox, RadioGroup } from 'radix-ui';
import { Check, Minus } from 'lucide-react';
import { useId, type ReactElement, type ReactNode } from 'react';

import { classNames } from './class-names.js';

export interface CheckboxProps {
  checked: boolean | 'indeterminate';
  onChange: (checked: boolean) => void;
  label: ReactNode;
  labelHidden?: boolean;
  disabled?: boolean;
}

export function Checkbox({ checked, onChange, label, labelHidden, disabled }: CheckboxProps): ReactElement {
  const id = useId();
  return (
    <span className="inline-flex min-h-6 items-center gap-2">
      <RadixCheckbox.Root
        id={id}
        checked={checked}
        onCheckedChange={(next) => onChange(next === true)}
        disabled={disabled}
        className="relative flex size-4.5 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface text-on-accent after:absolute after:-inset-2 data-[state=checked]:border-accent-solid data-[state=checked]:bg-accent-solid data-[state=indeterminate]:border-accent-solid data-[state=indeterminate]:bg-accent-solid disabled:opacity-50"
      >
        <RadixCheckbox.Indicator>
          {checked === 'indeterminate' ? (
            <Minus aria-hidden="true" className="size-3.5" />
          ) : (
            <Check aria-hidden="true" className="size-3.5" />
          )}
        </RadixCheckbox.Indicator>
      </RadixCheckbox.Root>
      <label htmlFor={id} className={classNames('text-base', labelHidden && 'sr-only')}>
        {label}
      </label>
    </span>
  );
}

export interface SegmentsProps<V extends string> {
  /** Names the group. */
  label: string;
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: string; icon?: LucideIcon }[];
}

/** One of two to four choices, all in view. */
export function Segments<V extends string>({ label, value, onChange, options }: SegmentsProps<V>): ReactElement {
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      orientation="horizontal"
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen) onChange(chosen.value);
      }}
      className="flex w-fit max-w-full gap-0.5 overflow-x-auto rounded-lg border border-line bg-sunken p-0.5"
    >
      {options.map(({ value: key, label: text, icon: Icon }) => (
        <RadioGroup.Item
          key={key}
          value={key}
          className="flex h-8 shrink-0 items-center gap-2 rounded-md px-3 text-sm font-medium text-muted hover:text-ink -outline-offset-2 data-[state=checked]:bg-surface data-[state=checked]:text-ink dark:data-[state=checked]:bg-pressed data-[state=checked]:shadow-raised pointer-coarse:h-10"
        >
          {Icon ? <Icon aria-hidden="true" className="size-4" /> : null}
          {text}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
