import { isFinal, newId, Priority, type Task } from '@aicode/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowUpDown, Copy, RotateCcw, Square } from 'lucide-react';
import { useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../../app/api/client.browser.js';
import { Button, ConfirmDialog, Menu, toast } from '../../../ui/index.js';
import { useMay } from '../../workspaces/index.js';
import { CopyTask } from '../composer/copy-commands.js';
import { requestLike } from '../composer/task-commands.js';
import { drafts } from '../composer/drafts.js';
import { mayCancel } from '../list/task-filters.js';
import { taskTold } from '../queries.browser.js';

/** Stop, retry, another priority, and the task as a command. */
export function TaskActions({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  const may = useMay();
  const ended = isFinal(task.state);
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <CopyTask
        task={requestLike(task)}
        idempotencyKey={newId('request')}
        onCopied={() => toast.success(t('copy.done'))}
      />
      {task.state === 'pending' && may('tasks.create') ? <Reprioritise task={task} /> : null}
      {ended && may('tasks.create') ? <Again task={task} /> : null}
      {!ended && may('tasks.cancel') ? <Stop task={task} /> : null}
    </div>
  );
}

function Stop({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const stop = async (): Promise<void> => taskTold(client, await api.tasks.cancel({ id: task.id }));
  return (
    <>
      <Button size="sm" variant="danger" icon={Square} busy={!mayCancel(task)} onClick={() => setAsking(true)}>
        {mayCancel(task) ? t('stop') : t('stopping')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('cancelAsk', { count: 1 })}
        description={t('cancelText')}
        action={t('stop')}
        danger
        onConfirm={stop}
      />
    </>
  );
}

function Again({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  // Pressing it twice, or again after a lost answer, makes one task.
  const key = useRef(newId('request'));
  const retry = async (): Promise<void> => {
    setBusy(true);
    try {
      const made = await api.tasks.retry({ id: task.id }, { idempotencyKey: key.current });
      taskTold(client, made);
      void navigate({ to: '/tasks/$id', params: { id: made.id } });
    } catch (error) {
      toast.error(error);
      setBusy(false);
    }
  };
  const change = (): void => {
    drafts.change(task.workspace_id, {
      command: task.command,
      priority: task.priority,
      model: task.model ?? '',
      timeout: `${Math.round(task.timeout_ms / 60_000)}m`,
      attempts: String(task.max_attempts),
      cost: task.max_cost_usd === null ? '' : String(task.max_cost_usd),
    });
    void navigate({ to: '/tasks', search: { new: true, workspace: task.workspace_id } });
  };
  return (
    <>
      <Button size="sm" variant="ghost" icon={Copy} onClick={change}>
        {t('edit')}
      </Button>
      <Button size="sm" icon={RotateCcw} busy={busy} onClick={() => void retry()}>
        {t('retry')}
      </Button>
    </>
  );
}

function Reprioritise({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  const client = useQueryClient();
  const set = (priority: Priority): void => {
    api.tasks.update({ id: task.id, priority }).then((changed) => taskTold(client, changed), toast.error);
  };
  return (
    <Menu
      trigger={
        <Button size="sm" icon={ArrowUpDown}>
          {t('reprioritise')}
        </Button>
      }
      groups={[
        Priority.options.map((priority) => ({
          label: t(`priority.${priority}`),
          checked: task.priority === priority,
          onSelect: () => set(priority),
        })),
      ]}
    />
  );
}
