import { Name, type Workspace } from '@aicode/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../../app/api/client.browser.js';
import { Button, Field, Input, messageOf, toast } from '../../../ui/index.js';
import { workspaceKeys } from '../queries.browser.js';

export function RenameForm({ workspace, disabled }: { workspace: Workspace; disabled: boolean }): ReactElement {
  const { t } = useTranslation('workspaces');
  const client = useQueryClient();
  const [name, setName] = useState(workspace.name);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wanted = name.trim();
    if (busy || wanted === workspace.name) return;
    if (!Name.safeParse(wanted).success)
      return setProblem(t(wanted === '' ? 'create.name_missing' : 'create.name_wrong'));
    setBusy(true);
    try {
      const renamed = await api.workspaces.update({ id: workspace.id, name: wanted });
      client.setQueryData(workspaceKeys.one(workspace.id), renamed);
      void client.invalidateQueries({ queryKey: workspaceKeys.list });
      toast.success(t('settings.renamed', { name: renamed.name }));
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form noValidate onSubmit={(event) => void save(event)} className="flex items-start gap-3">
      <Field label={t('settings.name')} labelHidden error={problem} className="flex-1">
        <Input
          value={name}
          maxLength={64}
          disabled={disabled}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setName(event.target.value);
            setProblem(null);
          }}
        />
      </Field>
      <Button type="submit" busy={busy} disabled={disabled || name.trim() === workspace.name}>
        {t('settings.rename')}
      </Button>
    </form>
  );
}
