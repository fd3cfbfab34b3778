import { useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useId, useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';

import { ApiError } from '@aicode/api-client';
import { api } from '../../../app/api/client.browser.js';
import { Button, Callout, Dialog, Kbd, messageOf, toast } from '../../../ui/index.js';
import { taskTold } from '../queries.browser.js';
import { ComposerFields } from './composer-fields.js';
import { CopyCommands } from './copy-commands.js';
import { drafts } from './drafts.js';
import { fieldOf, readForm, type FormProblems } from './task-form.js';

interface ComposerDialogProps {
  open: boolean;
  /** The workspace to begin with; empty if none is chosen yet. */
  workspace: string;
  onClose: () => void;
}

/** Writes a task and gives it to a workspace. What was typed stays until the server has taken it, whatever happens between. */
export function ComposerDialog({ open, workspace, onClose }: ComposerDialogProps): ReactElement {
  return open ? <Composer key={workspace} workspace={workspace} onClose={onClose} /> : <></>;
}

function Composer({ workspace: first, onClose }: Omit<ComposerDialogProps, 'open'>): ReactElement {
  const { t } = useTranslation('tasks');
  const navigate = useNavigate();
  const client = useQueryClient();
  const formId = useId();
  const [workspace, setWorkspace] = useState(first);
  const draft = useStore(drafts.store, (state) => state.byWorkspace[workspace]) ?? drafts.of(workspace);
  const [problems, setProblems] = useState<FormProblems>({});
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);

  const choose = (next: string): void => {
    drafts.move(workspace, next);
    setWorkspace(next);
  };
  const send = async (): Promise<void> => {
    if (busy) return;
    const { task, problems: wrong } = readForm(draft.form);
    setProblems(wrong ?? {});
    setError(null);
    if (!task) return;
    setBusy(true);
    try {
      const made = await api.tasks.create(task, { idempotencyKey: draft.key });
      drafts.clear(workspace);
      taskTold(client, made);
      onClose();
      void navigate({ to: '/tasks/$id', params: { id: made.id } });
    } catch (caught) {
      // A session that has ended asks above this dialog; the draft is still here afterwards, with the same key.
      setError(caught instanceof Error ? caught : new Error(String(caught)));
      if (caught instanceof ApiError) setProblems(problemsOf(caught));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void send();
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={t('composer.title')}
      size="md"
      footer={
        <div className="flex w-full flex-wrap items-center justify-between gap-2">
          <CopyCommands form={draft.form} idempotencyKey={draft.key} onCopied={() => toast.success(t('copy.done'))} />
          <span className="flex items-center gap-2">
            <span className="max-sm:hidden">
              <Kbd keys="Mod+Enter" />
            </span>
            <Button type="submit" form={formId} variant="primary" icon={Send} busy={busy}>
              {t('composer.send')}
            </Button>
          </span>
        </div>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="flex flex-col gap-4">
        {error ? <Callout tone="danger">{messageOf(error)}</Callout> : null}
        <ComposerFields
          form={draft.form}
          problems={problems}
          onWorkspace={choose}
          onChange={(change) => drafts.change(workspace, change)}
          onSend={() => void send()}
        />
      </form>
    </Dialog>
  );
}

function problemsOf(error: ApiError): FormProblems {
  const problems: FormProblems = {};
  for (const { path } of error.details.fields ?? []) {
    const field = fieldOf(path);
    if (field) problems[field] = 'wrong';
  }
  return problems;
}
