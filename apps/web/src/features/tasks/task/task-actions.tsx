import { isFinal, newId, Priority, type Task } from '@aicode/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowUpDown, Copy, Ellipsis, RotateCcw, Square, SquareTerminal } from 'lucide-react';
import { useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../../app/api/client.browser.js';
import { Button, ConfirmDialog, copyText, IconButton, Menu, toast } from '../../../ui/index.js';
import { useMay, useWorkspaceNames } from '../../workspaces/index.js';
import { CopyTask } from '../composer/copy-commands.js';
import { aicliCommand, curlCommand, requestLike } from '../composer/task-commands.js';
import { drafts } from '../composer/drafts.js';
import { mayCancel } from '../list/task-filters.js';
import { taskTold } from '../queries.browser.js';

/** Stop, retry, another priority, and the task as a command; on a phone all but the main one are in a menu. */
export function TaskActions({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  const may = useMay();
  const edit = useEdit(task);
  const names = useWorkspaceNames();
  const ended = isFinal(task.state);
  const mayEdit = ended && may('tasks.create');
  const like = requestLike(task);
  const [key] = useState(() => newId('request'));
  const copied = (): void => toast.success(t('copy.done'));
  const copy = (text: string) => (): void => {
    copyText(text).then(copied, () => toast.error(t('copy.failed')));
  };
  const workspace = names.get(task.workspace_id) ?? task.workspace_id;
  return (
    <div className="flex shrink-0 items-center gap-1.5">
      <span className="flex gap-1.5 max-sm:hidden">
        <CopyTask task={like} idempotencyKey={key} onCopied={copied} />
        {mayEdit ? (
          <Button size="sm" variant="ghost" icon={Copy} onClick={edit}>
            {t('edit')}
          </Button>
        ) : null}
      </span>
      <span className="sm:hidden">
        <Menu
          trigger={<IconButton size="sm" icon={Ellipsis} label={t('more')} />}
          groups={[
            [mayEdit ? { label: t('edit'), icon: Copy, onSelect: edit } : null],
            [
              { label: t('copy.aicli'), icon: SquareTerminal, onSelect: copy(aicliCommand(like, workspace)) },
              { label: t('copy.curl'), icon: SquareTerminal, onSelect: copy(curlCommand(like, location.origin, key)) },
            ],
          ]}
        />
      </span>
      {task.state === 'pending' && may('tasks.create') ? <Reprioritise task={task} /> : null}
      {mayEdit ? <Again task={task} /> : null}
      {!ended && may('tasks.cancel') ? <Stop task={task} /> : null}
    </div>
  );
}

/** The composer with this task in it, to be changed and given anew. */
function useEdit(task: Task): () => void {
  const navigate = useNavigate();
  return () => {
    drafts.change(task.workspace_id, {
      command: task.command,
      priority: task.priority,
      model: task.model ?? '',
      timeout: `${Math.max(1, Math.round(task.timeout_ms / 60_000))}m`,
      attempts: String(task.max_attempts),
      cost: task.max_cost_usd === null ? '' : String(task.max_cost_usd),
    });
    void navigate({ to: '/tasks', search: { new: true, workspace: task.workspace_id } });
  };
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
  return (
    <Button size="sm" icon={RotateCcw} busy={busy} onClick={() => void retry()}>
      {t('retry')}
    </Button>
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
