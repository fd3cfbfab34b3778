import { ChevronDown } from 'lucide-react';
import type { ComponentProps, ReactElement } from 'react';

import { classNames } from './class-names.js';
import { useFieldControl } from './field.js';
import { controlLook } from './input.js';

export interface SelectOption<V extends string> {
  value: V;
  label: string;
  disabled?: boolean;
}

export interface SelectProps<V extends string> extends Omit<
  ComponentProps<'select'>,
  'onChange' | 'value' | 'children'
> {
  value: V;
  onChange: (value: V) => void;
  options: readonly SelectOption<V>[];
}

/** The system's own list of choices: right on a phone, and with any keyboard or screen reader. */
export function Select<V extends string>({
  value,
  onChange,
  options,
  className,
  ...rest
}: SelectProps<V>): ReactElement {
  const control = useFieldControl();
  return (
    <span className={classNames('relative inline-flex min-w-0', className)}>
      <select
        {...control}
        {...rest}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        className={classNames(controlLook, 'h-9 appearance-none truncate pr-8 pointer-coarse:h-11')}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-subtle"
      />
    </span>
  );
}
