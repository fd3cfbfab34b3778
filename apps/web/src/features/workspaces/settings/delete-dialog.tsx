import { isFinal, type Workspace } from '@aicode/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../../app/api/client.browser.js';
import { Callout, Checkbox, ConfirmDialog, toast } from '../../../ui/index.js';
import { workspaceKeys, workspaceTasks } from '../queries.browser.js';

interface DeleteDialogProps {
  workspace: Workspace;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Deletes for ever, after the name was typed; what is unfinished in it is cancelled only if that is asked for. */
export function DeleteDialog({ workspace, open, onOpenChange }: DeleteDialogProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const client = useQueryClient();
  const navigate = useNavigate();
  const [force, setForce] = useState(false);
  const { data } = useQuery({ ...workspaceTasks(workspace.id), enabled: open });
  const unfinished = data?.items.filter((task) => !isFinal(task.state)).length ?? 0;

  const remove = async (): Promise<void> => {
    await api.workspaces.delete({ id: workspace.id, force: String(force) });
    toast.success(t('settings.deleted', { name: workspace.name }));
    void client.invalidateQueries({ queryKey: workspaceKeys.list });
    client.removeQueries({ queryKey: workspaceKeys.one(workspace.id) });
    void navigate({ to: '/workspaces' });
  };
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('settings.delete_title', { name: workspace.name })}
      description={
        workspace.source.type === 'path'
          ? t('settings.delete_text_path', { path: workspace.source.path })
          : t('settings.delete_text')
      }
      action={t('settings.delete_confirm')}
      danger
      typedName={workspace.name}
      onConfirm={remove}
    >
      {unfinished > 0 && (
        <Callout tone="warning" title={t('settings.delete_running', { count: unfinished })}>
          {t('settings.delete_force_text')}
        </Callout>
      )}
      <Checkbox checked={force} onChange={setForce} label={t('settings.delete_force')} />
    </ConfirmDialog>
  );
}
