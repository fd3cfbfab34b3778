import type { LucideIcon } from 'lucide-react';
import { Checkbox as RadixCheckbox, RadioGroup, Switch as RadixSwitch } from 'radix-ui';
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

export interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}

export function Switch({ checked, onChange, label, hint, disabled }: SwitchProps): ReactElement {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint ? (
          <div id={`${id}-hint`} className="text-xs text-muted">
            {hint}
          </div>
        ) : null}
      </div>
      <RadixSwitch.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="relative h-6 w-10 shrink-0 rounded-full border border-line-strong bg-pressed transition-colors data-[state=checked]:border-accent-solid data-[state=checked]:bg-accent-solid disabled:opacity-50"
      >
        <RadixSwitch.Thumb className="block size-4 translate-x-1 rounded-full bg-muted transition-transform data-[state=checked]:translate-x-5 data-[state=checked]:bg-white" />
      </RadixSwitch.Root>
    </div>
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
          className="flex h-8 shrink-0 items-center gap-2 rounded-md px-3 text-sm font-medium text-muted hover:text-ink -outline-offset-2 data-[state=checked]:bg-surface data-[state=checked]:text-ink data-[state=checked]:shadow-raised pointer-coarse:h-10"
        >
          {Icon ? <Icon aria-hidden="true" className="size-4" /> : null}
          {text}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
