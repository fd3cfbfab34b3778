import { ApiError } from '@aicode/api-client';
import type { ContainerSettings } from '@aicode/contracts';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { fieldOfPath, maximumOf, readForm, type ContainerField, type ContainerForm } from './container-form.js';

interface FormState {
  form: ContainerForm;
  settings: ContainerSettings;
  /** Of what was typed, and of the server's answer until the field is changed. */
  problems: Partial<Record<ContainerField, string>>;
  /** Nothing that was typed is wrong. */
  valid: boolean;
  change: (field: ContainerField, value: string) => void;
  reset: (form: ContainerForm) => void;
  /** Takes up what the server has against fields; true if it was about fields of the container alone. */
  refused: (error: unknown) => boolean;
}

/** A form of container settings: what is wrong stands at its field, the administrator's maxima too. */
export function useContainerForm(initial: ContainerForm): FormState {
  const { t } = useTranslation('workspaces');
  const [form, setForm] = useState(initial);
  const [server, setServer] = useState<Partial<Record<ContainerField, string>>>({});
  const read = useMemo(() => readForm(form), [form]);
  const typed = Object.fromEntries(
    Object.entries(read.problems).map(([field, { key, found }]) => [field, t(`field_problem.${key}`, { found })]),
  );
  return {
    form,
    settings: read.settings,
    problems: { ...server, ...typed },
    valid: Object.keys(read.problems).length === 0,
    change: (field, value) => {
      setForm((before) => ({ ...before, [field]: value }));
      setServer((before) => ({ ...before, [field]: undefined }));
    },
    reset: (next) => {
      setForm(next);
      setServer({});
    },
    refused: (error) => {
      const fields = error instanceof ApiError ? (error.details.fields ?? []) : [];
      const found: Partial<Record<ContainerField, string>> = {};
      for (const { path, message } of fields) {
        const field = fieldOfPath(path);
        if (!field) continue;
        const most = maximumOf(field, message);
        found[field] = most === null ? message : t('field_max', { most });
      }
      setServer(found);
      return fields.length > 0 && Object.keys(found).length === fields.length;
    },
  };
}
