import type { Workspace } from '@aicode/contracts';
import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, Callout, Card, Code, CopyButton, DescriptionList, Time } from '../../../ui/index.js';
import { defaultsFrom } from '../container/container-defaults.js';
import { allWorkspaces } from '../queries.browser.js';
import { useMay } from '../use-may.browser.js';
import { ContainerForm } from './container-form-card.js';
import { DeleteDialog } from './delete-dialog.js';
import { RenameForm } from './rename-form.js';

export function SettingsTab({ workspace }: { workspace: Workspace }): ReactElement {
  const { t } = useTranslation('workspaces');
  const may = useMay();
  const [deleting, setDeleting] = useState(false);
  const { data } = useQuery(allWorkspaces());
  const defaults = useMemo(() => defaultsFrom([workspace, ...(data ?? [])]), [workspace, data]);
  const mayUpdate = may('workspaces.update') && workspace.state !== 'deleting';
  return (
    <div className="flex max-w-3xl flex-col gap-5">
      {!may('workspaces.update') && <Callout>{t('settings.read_only')}</Callout>}
      <Card title={t('settings.name')}>
        <RenameForm workspace={workspace} disabled={!mayUpdate} />
      </Card>
      <Card title={t('settings.container')} description={t('settings.container_text')}>
        <ContainerForm workspace={workspace} defaults={defaults} disabled={!mayUpdate} />
      </Card>
      <Card title={t('settings.details')}>
        <DescriptionList
          items={[
            [
              t('settings.id'),
              <span key="id" className="flex min-w-0 items-center gap-1">
                <Code className="min-w-0 break-all">{workspace.id}</Code>
                <CopyButton text={workspace.id} label={t('settings.copy_id')} />
              </span>,
            ],
            [t('settings.node'), workspace.node],
            [
              t('settings.path'),
              <Code key="path" className="break-all">
                {workspace.project_path}
              </Code>,
            ],
            [t('settings.slots'), workspace.slots],
            [t('settings.created'), <Time key="created" value={workspace.created_at} as="short" />],
          ]}
        />
      </Card>
      {may('workspaces.delete') && workspace.state !== 'deleting' && (
        <Card title={t('settings.delete')} className="border-danger/40">
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="min-w-0 flex-1 basis-60 text-muted">
              {workspace.source.type === 'path'
                ? t('settings.delete_text_path', { path: workspace.source.path })
                : t('settings.delete_text')}
            </p>
            <Button variant="danger" icon={Trash2} onClick={() => setDeleting(true)}>
              {t('settings.delete_button')}
            </Button>
          </div>
        </Card>
      )}
      <DeleteDialog workspace={workspace} open={deleting} onOpenChange={setDeleting} />
    </div>
  );
}
