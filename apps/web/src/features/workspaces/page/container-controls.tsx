import type { Workspace } from '@aicode/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Play, Square } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../../app/api/client.browser.js';
import { Button, ConfirmDialog, toast } from '../../../ui/index.js';
import { ContainerBadge } from '../badges.js';
import { busyCount, containersAre, controls } from '../container-state.js';
import { workspaceKeys, workspaceStats } from '../queries.browser.js';
import { useMay } from '../use-may.browser.js';

/** What the containers of a workspace are, and the way to start and stop them. Who would stop what is at work is asked first. */
export function ContainerControls({ workspace }: { workspace: Workspace }): ReactElement | null {
  const { t } = useTranslation('workspaces');
  const may = useMay();
  const client = useQueryClient();
  const { data } = useQuery({ ...workspaceStats(workspace.id), refetchInterval: 5_000 });
  const [busy, setBusy] = useState<'start' | 'stop' | null>(null);
  const [asking, setAsking] = useState(false);
  if (!data) return null;
  const are = containersAre(data);
  const can = controls(are);
  const atWork = busyCount(data.containers);

  const control = async (what: 'start' | 'stop'): Promise<void> => {
    setBusy(what);
    try {
      client.setQueryData(workspaceKeys.stats(workspace.id), await api.workspaces[what]({ id: workspace.id }));
      toast.success(t(what === 'start' ? 'started' : 'stopped', { name: workspace.name }));
    } finally {
      setBusy(null);
    }
  };
  const run = (what: 'start' | 'stop'): void => {
    control(what).catch((error: unknown) => toast.error(error));
  };
  return (
    <>
      <ContainerBadge are={are} />
      {may('workspaces.control') && can.start && (
        <Button icon={Play} busy={busy === 'start'} onClick={() => run('start')}>
          {busy === 'start' ? t('starting') : t('start')}
        </Button>
      )}
      {may('workspaces.control') && can.stop && (
        <Button icon={Square} busy={busy === 'stop'} onClick={() => (atWork > 0 ? setAsking(true) : run('stop'))}>
          {busy === 'stop' ? t('stopping') : t('stop')}
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('stop_busy_title')}
        description={t('stop_busy_text', { count: atWork })}
        action={t('stop_anyway')}
        danger
        onConfirm={() => control('stop')}
      />
    </>
  );
}
