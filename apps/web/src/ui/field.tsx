import { createContext, useContext, useId, useMemo, type ReactElement, type ReactNode } from 'react';

import { classNames } from './class-names.js';

export interface FieldControl {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
  'aria-required': true | undefined;
}

const Control = createContext<FieldControl | null>(null);

/** What ties a control to the Field around it; nothing outside of one. For controls that are not of src/ui. */
export function useFieldControl(): Partial<FieldControl> {
  return useContext(Control) ?? {};
}

export interface FieldProps {
  label: ReactNode;
  /** What it is for, what is the default. */
  hint?: ReactNode;
  /** What is wrong and what to do. */
  error?: ReactNode;
  required?: boolean;
  /** At the right of the label: "optional", a link. */
  aside?: ReactNode;
  labelHidden?: boolean;
  className?: string;
  /** One Input, Textarea or Select. */
  children: ReactNode;
}

/** A label, its control, and what there is to say of it, tied together for those who do not see them. */
export function Field({
  label,
  hint,
  error,
  required,
  aside,
  labelHidden,
  className,
  children,
}: FieldProps): ReactElement {
  const id = useId();
  const described = classNames(hint && `${id}-hint`, error && `${id}-error`) || undefined;
  const control = useMemo<FieldControl>(
    () => ({
      id,
      'aria-describedby': described,
      'aria-invalid': error ? true : undefined,
      'aria-required': required || undefined,
    }),
    [id, described, error, required],
  );
  return (
    <div className={classNames('flex min-w-0 flex-col gap-1.5', className)}>
      <div className={classNames('flex items-baseline justify-between gap-3', labelHidden && 'sr-only')}>
        <label htmlFor={id} className="text-sm font-medium text-ink">
          {label}
        </label>
        {aside ? <span className="text-xs text-subtle">{aside}</span> : null}
      </div>
      <Control value={control}>{children}</Control>
      {hint ? (
        <div id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </div>
      ) : null}
      {error ? (
        <div id={`${id}-error`} role="alert" className="text-xs font-medium text-danger">
          {error}
        </div>
      ) : null}
    </div>
  );
}
