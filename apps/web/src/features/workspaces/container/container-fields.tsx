import type { NetworkPolicy } from '@aicode/contracts';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Field, Input, Select, Textarea } from '../../../ui/index.js';
import type { ContainerDefaults } from './container-defaults.js';
import type { ContainerField, ContainerForm } from './container-form.js';
import { sizeText } from './size-text.js';

interface ContainerFieldsProps {
  form: ContainerForm;
  defaults: ContainerDefaults;
  /** What is wrong with a field, in words. */
  problems: Partial<Record<ContainerField, string>>;
  onChange: (field: ContainerField, value: string) => void;
  disabled?: boolean;
}

const policies: readonly NetworkPolicy[] = ['isolated', 'allowlist', 'open'];

/** Every setting of a container, each with its default in the field and what it is for below it. */
export function ContainerFields({
  form,
  defaults,
  problems,
  onChange,
  disabled = false,
}: ContainerFieldsProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const inForce = form.network === '' ? defaults.network : form.network;
  const byDefault = (value: string): string => t('by_default', { value });

  const text = (field: 'cpu' | 'memory' | 'disk' | 'pids' | 'image', placeholder: string, keys = ''): ReactElement => (
    <Field
      key={field}
      label={t(`field.${field}`)}
      hint={t(`field_hint.${field}`)}
      error={problems[field]}
      aside={reset(field)}
    >
      <Input
        value={form[field]}
        placeholder={byDefault(placeholder)}
        inputMode={keys === 'decimal' ? 'decimal' : undefined}
        disabled={disabled}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(field, event.target.value)}
      />
    </Field>
  );
  const area = (field: 'allow' | 'env' | 'dockerfile', hint: ReactNode, placeholder: string): ReactElement => (
    <Field key={field} label={t(`field.${field}`)} hint={hint} error={problems[field]} aside={reset(field)}>
      <Textarea
        value={form[field]}
        rows={field === 'dockerfile' ? 5 : 3}
        placeholder={placeholder}
        disabled={disabled}
        spellCheck={false}
        className="font-mono"
        onChange={(event) => onChange(field, event.target.value)}
      />
    </Field>
  );
  function reset(field: ContainerField): ReactNode {
    if (form[field] === '' || disabled) return null;
    return (
      <button
        type="button"
        aria-label={t('reset_field', { field: t(`field.${field}`) })}
        onClick={() => onChange(field, '')}
        className="-my-1 min-h-6 rounded-sm text-accent underline underline-offset-2"
      >
        {t('reset')}
      </button>
    );
  }

  return (
    <div className="flex flex-col gap-5">
      <div className="grid gap-5 sm:grid-cols-2">
        {text('cpu', String(defaults.cpu), 'decimal')}
        {text('memory', sizeText(defaults.memory))}
        {text('disk', sizeText(defaults.disk))}
        {text('pids', String(defaults.pids), 'decimal')}
      </div>
      <Field
        label={t('field.network')}
        hint={t(`field_hint.network.${inForce}`)}
        error={problems.network}
        aside={reset('network')}
      >
        <Select
          value={form.network}
          disabled={disabled}
          onChange={(value) => onChange('network', value)}
          options={[
            { value: '', label: byDefault(t(`network.${defaults.network}`)) },
            ...policies.map((value) => ({ value, label: t(`network.${value}`) })),
          ]}
        />
      </Field>
      {(inForce === 'allowlist' || form.allow !== '') &&
        area(
          'allow',
          <>
            {t('field_hint.allow')}
            {defaults.allow.length > 0 && <> {t('field_hint.allow_always', { hosts: defaults.allow.join(', ') })}</>}
          </>,
          'preset:npm\nexample.org',
        )}
      {text('image', defaults.image)}
      {area('dockerfile', t('field_hint.dockerfile'), 'FROM debian:bookworm-slim\nRUN …')}
      {area('env', t('field_hint.env'), 'NODE_ENV=development')}
    </div>
  );
}
