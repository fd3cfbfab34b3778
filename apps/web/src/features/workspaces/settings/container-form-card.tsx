import type { Workspace } from '@aicode/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../../app/api/client.browser.js';
import { Button, Callout, messageOf, toast } from '../../../ui/index.js';
import type { ContainerDefaults } from '../container/container-defaults.js';
import { ContainerFields } from '../container/container-fields.js';
import { changeOf, formOf } from '../container/container-form.js';
import { useContainerForm } from '../container/use-container-form.js';
import { workspaceKeys } from '../queries.browser.js';

interface ContainerFormProps {
  workspace: Workspace;
  defaults: ContainerDefaults;
  disabled: boolean;
}

/** The container settings of a workspace: what it sets itself can be changed, or given back to the default. */
export function ContainerForm({ workspace, defaults, disabled }: ContainerFormProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const client = useQueryClient();
  const own = workspace.container_settings;
  const form = useContainerForm(formOf(own));
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const change = form.valid ? changeOf(own, form.settings) : undefined;

  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || !change) return;
    setBusy(true);
    setFailure(null);
    try {
      const saved = await api.workspaces.update({ id: workspace.id, container: change });
      client.setQueryData(workspaceKeys.one(workspace.id), saved);
      form.reset(formOf(saved.container_settings));
      toast.success(t('settings.saved'));
    } catch (error) {
      if (!form.refused(error)) setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-5">
      <ContainerFields
        form={form.form}
        defaults={defaults}
        problems={form.problems}
        onChange={form.change}
        disabled={disabled}
      />
      {failure !== null && <Callout tone="danger">{failure}</Callout>}
      {!disabled && (
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" busy={busy} disabled={!change}>
            {t('settings.save')}
          </Button>
          {change || !form.valid ? (
            <Button variant="ghost" onClick={() => form.reset(formOf(own))}>
              {t('settings.discard')}
            </Button>
          ) : (
            <span className="text-sm text-subtle">{t('settings.unchanged')}</span>
          )}
        </div>
      )}
    </form>
  );
}
