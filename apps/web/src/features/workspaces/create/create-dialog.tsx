import { ApiError } from '@aicode/api-client';
import type { Workspace } from '@aicode/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../../app/api/client.browser.js';
import { Button, Callout, classNames, Dialog, messageOf, toast } from '../../../ui/index.js';
import { defaultsFrom } from '../container/container-defaults.js';
import { ContainerFields } from '../container/container-fields.js';
import { emptyForm } from '../container/container-form.js';
import { useContainerForm } from '../container/use-container-form.js';
import { sizeText } from '../container/size-text.js';
import { workspaceKeys } from '../queries.browser.js';
import { createFieldOf, emptyCreateForm, readCreateForm, suggestedName, type CreateForm } from './create-form.js';
import { SourceFields, type SourceProblems } from './source-fields.js';

interface CreateDialogProps {
  open: boolean;
  /** Those that there are: the defaults are read from them. */
  workspaces: readonly Workspace[];
  onClose: () => void;
}

/** What is typed is kept while the page stands, also if the dialog is closed by mistake. */
export function CreateDialog({ open, workspaces, onClose }: CreateDialogProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const formId = useId();
  const navigate = useNavigate();
  const client = useQueryClient();
  const container = useContainerForm(emptyForm);
  const defaults = useMemo(() => defaultsFrom(workspaces), [workspaces]);
  const [form, setForm] = useState<CreateForm>(emptyCreateForm);
  const [problems, setProblems] = useState<SourceProblems>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [containerOpen, setContainerOpen] = useState(false);
  const [refusals, setRefusals] = useState(0);
  const element = useRef<HTMLFormElement>(null);

  // The first field that is wrong takes the focus, so that it is in view and read out.
  useEffect(() => {
    if (refusals > 0) element.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [refusals]);

  const change = (change: Partial<CreateForm>): void => {
    setForm((before) => {
      const next = { ...before, ...change };
      // A name that nobody typed follows the address.
      const follows = before.name === suggestedName(before);
      return follows && change.name === undefined ? { ...next, name: suggestedName(next) } : next;
    });
    setProblems((before) => ({ ...before, ...Object.fromEntries(Object.keys(change).map((key) => [key, undefined])) }));
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const read = readCreateForm(form);
    setFailure(null);
    setProblems(Object.fromEntries(Object.entries(read.problems).map(([field, key]) => [field, t(`create.${key}`)])));
    if (!container.valid) setContainerOpen(true);
    if (!read.request || !container.valid) return setRefusals((before) => before + 1);
    setBusy(true);
    try {
      const made = await api.workspaces.create({ ...read.request, container: container.settings });
      client.setQueryData(workspaceKeys.one(made.id), made);
      await client.invalidateQueries({ queryKey: workspaceKeys.list });
      toast.success(t('create.made', { name: made.name }));
      setForm(emptyCreateForm);
      container.reset(emptyForm);
      void navigate({ to: '/workspaces/$id', params: { id: made.id }, replace: true });
    } catch (error) {
      refuse(error);
      setRefusals((before) => before + 1);
    } finally {
      setBusy(false);
    }
  };

  const refuse = (error: unknown): void => {
    const fields = error instanceof ApiError ? (error.details.fields ?? []) : [];
    const found: SourceProblems = {};
    for (const { path, message } of fields) {
      const field = createFieldOf(path);
      if (field) found[field] = message;
    }
    const code = error instanceof ApiError ? error.code : '';
    if (code === 'workspace.name_taken') found.name ??= messageOf(error);
    if (code === 'workspace.path_not_allowed') found.path ??= messageOf(error);
    if (code === 'workspace.git_url_refused') found.url ??= messageOf(error);
    setProblems(found);
    const ofContainer = container.refused(error);
    if (fields.some((field) => field.path.startsWith('container'))) setContainerOpen(true);
    if (!ofContainer && Object.keys(found).length === 0) setFailure(messageOf(error));
  };

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next || busy ? undefined : onClose())}
      size="md"
      title={t('create.title')}
      description={t('create.text')}
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            {t('create.cancel')}
          </Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            {t('create.submit')}
          </Button>
        </>
      }
    >
      <form
        ref={element}
        id={formId}
        noValidate
        onSubmit={(event) => void submit(event)}
        className="flex flex-col gap-5"
      >
        <SourceFields form={form} problems={problems} onChange={change} />
        <details
          open={containerOpen}
          onToggle={(event) => setContainerOpen(event.currentTarget.open)}
          className="rounded-lg border border-line"
        >
          <summary className="flex min-h-11 list-none flex-wrap items-center gap-x-2 rounded-lg px-4 py-2 font-medium hover:bg-hover">
            <ChevronRight
              aria-hidden="true"
              className={classNames('size-4 text-subtle transition-transform', containerOpen && 'rotate-90')}
            />
            {t('create.container')}
            <span className="text-sm font-normal text-muted">
              {t('create.container_in_short', {
                count: container.settings.cpu ?? defaults.cpu,
                memory: container.form.memory || sizeText(defaults.memory),
                network: t(`network.${container.settings.network ?? defaults.network}`),
              })}
            </span>
          </summary>
          <div className="border-t border-line p-4">
            <p className="mb-4 text-sm text-muted">{t('create.container_text')}</p>
            <ContainerFields
              form={container.form}
              defaults={defaults}
              problems={container.problems}
              onChange={container.change}
            />
          </div>
        </details>
        {failure !== null && <Callout tone="danger">{failure}</Callout>}
      </form>
    </Dialog>
  );
}
