import { ChevronDown, SquareTerminal } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, copyText, Menu, toast } from '../../../ui/index.js';
import { useWorkspaceNames } from '../../workspaces/index.js';
import { aicliCommand, curlCommand } from './task-commands.js';
import { readForm, type NewTask, type TaskForm } from './task-form.js';

interface CopyTaskProps {
  task: NewTask | null;
  idempotencyKey: string;
  onCopied: () => void;
}

/** The task as a command of `aicli` or of `curl`, on the clipboard. */
export function CopyTask({ task, idempotencyKey, onCopied }: CopyTaskProps): ReactElement {
  const { t } = useTranslation('tasks');
  const names = useWorkspaceNames();
  const copy = (text: string): void => {
    copyText(text).then(onCopied, () => toast.error(t('copy.failed')));
  };
  const workspace = task ? (names.get(task.workspace_id) ?? task.workspace_id) : '';
  return (
    <Menu
      align="start"
      trigger={
        <Button size="sm" variant="ghost" icon={SquareTerminal} disabled={!task}>
          {t('copy.menu')}
          <ChevronDown aria-hidden className="size-3.5" />
        </Button>
      }
      groups={[
        [
          { label: t('copy.aicli'), onSelect: () => (task ? copy(aicliCommand(task, workspace)) : undefined) },
          {
            label: t('copy.curl'),
            onSelect: () => (task ? copy(curlCommand(task, location.origin, idempotencyKey)) : undefined),
          },
        ],
      ]}
    />
  );
}

export function CopyCommands({ form, ...rest }: Omit<CopyTaskProps, 'task'> & { form: TaskForm }): ReactElement {
  return <CopyTask task={readForm(form).task} {...rest} />;
}
