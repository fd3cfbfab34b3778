import { Folder, GitBranch, PackageOpen } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Field, Input, Segments } from '../../../ui/index.js';
import type { CreateForm } from './create-form.js';

export type SourceProblems = Partial<Record<'name' | 'url' | 'branch' | 'path', string | undefined>>;

interface SourceFieldsProps {
  form: CreateForm;
  problems: SourceProblems;
  onChange: (change: Partial<CreateForm>) => void;
}

/** Where the files come from, and what the workspace is called. */
export function SourceFields({ form, problems, onChange }: SourceFieldsProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const plain = { autoComplete: 'off', autoCapitalize: 'off', spellCheck: false } as const;
  return (
    <>
      <div className="flex flex-col items-start gap-1.5">
        <span aria-hidden="true" className="text-sm font-medium">
          {t('create.source')}
        </span>
        <Segments
          label={t('create.source')}
          value={form.source}
          onChange={(source) => onChange({ source })}
          options={[
            { value: 'empty', label: t('create.kind.empty'), icon: PackageOpen },
            { value: 'git', label: t('create.kind.git'), icon: GitBranch },
            { value: 'path', label: t('create.kind.path'), icon: Folder },
          ]}
        />
        <p className="text-xs text-muted">{t(`create.source_hint.${form.source}`)}</p>
      </div>
      {form.source === 'git' && (
        <div className="grid gap-5 sm:grid-cols-[1fr_12rem]">
          <Field label={t('create.url')} hint={t('create.url_hint')} error={problems.url} required>
            <Input
              {...plain}
              inputMode="url"
              placeholder="https://github.com/acme/shop.git"
              value={form.url}
              onChange={(event) => onChange({ url: event.target.value })}
            />
          </Field>
          <Field label={t('create.branch')} hint={t('create.branch_hint')} error={problems.branch}>
            <Input {...plain} value={form.branch} onChange={(event) => onChange({ branch: event.target.value })} />
          </Field>
        </div>
      )}
      {form.source === 'path' && (
        <Field label={t('create.path')} hint={t('create.path_hint')} error={problems.path} required>
          <Input
            {...plain}
            placeholder="/srv/projects/shop"
            value={form.path}
            onChange={(event) => onChange({ path: event.target.value })}
          />
        </Field>
      )}
      <Field label={t('create.name')} hint={t('create.name_hint')} error={problems.name} required>
        <Input
          {...plain}
          maxLength={64}
          value={form.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </Field>
    </>
  );
}
