import { Priority } from '@aicode/contracts';
import { useEffect, useRef, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Field, Input, Select, Textarea } from '../../../ui/index.js';
import { useWorkspaceNames } from '../../workspaces/index.js';
import { sends } from './send-key.js';
import type { FormField, FormProblems, TaskForm } from './task-form.js';

interface FieldsProps {
  form: TaskForm;
  problems: FormProblems;
  onWorkspace: (id: string) => void;
  onChange: (change: Partial<TaskForm>) => void;
  onSend: () => void;
}

/** The fields of a task: what to do and where first, limits below. */
export function ComposerFields({ form, problems, onWorkspace, onChange, onSend }: FieldsProps): ReactElement {
  const { t } = useTranslation('tasks');
  const names = useWorkspaceNames();
  const prompt = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const area = prompt.current;
    // The dialog gives the focus to its first control; whoever writes wants the text, with the cursor at its end.
    const timer = setTimeout(() => {
      area?.focus();
      area?.setSelectionRange(area.value.length, area.value.length);
    });
    return () => clearTimeout(timer);
  }, []);
  const only = names.size === 1 ? [...names.keys()][0] : undefined;
  useEffect(() => {
    if (form.workspace === '' && only !== undefined) onWorkspace(only);
  }, [form.workspace, only, onWorkspace]);
  const key = (event: KeyboardEvent): void => {
    if (!sends({ ...pick(event), isComposing: event.nativeEvent.isComposing })) return;
    event.preventDefault();
    onSend();
  };
  const wrong = (field: FormField): string | undefined => {
    const problem = problems[field];
    return problem
      ? t(`composer.problem.${field}.${problem}`, { defaultValue: t('composer.problem.other') })
      : undefined;
  };
  const workspaces = [...names]
    .map(([value, label]) => ({ value, label }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <>
      <Field label={t('composer.workspace')} required error={wrong('workspace')}>
        <Select
          value={form.workspace}
          onChange={onWorkspace}
          options={[{ value: '', label: t('composer.chooseWorkspace') }, ...workspaces]}
        />
      </Field>
      <Field label={t('composer.prompt')} required error={wrong('command')} hint={t('composer.promptHint')}>
        <Textarea
          ref={prompt}
          value={form.command}
          rows={7}
          dir="auto"
          maxLength={200_000}
          placeholder={t('composer.promptPlaceholder')}
          onChange={(event) => onChange({ command: event.target.value })}
          onKeyDown={key}
          className="max-h-[40dvh] resize-y leading-6"
        />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2" onKeyDown={key}>
        <Field label={t('composer.priority')} error={wrong('priority')}>
          <Select
            value={form.priority}
            onChange={(priority) => onChange({ priority })}
            options={Priority.options.map((value) => ({ value, label: t(`priority.${value}`) }))}
          />
        </Field>
        <Field label={t('composer.model')} hint={t('composer.modelHint')} error={wrong('model')}>
          <Input
            value={form.model}
            placeholder="sonnet"
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            onChange={(event) => onChange({ model: event.target.value })}
          />
        </Field>
        <Field label={t('composer.timeout')} hint={t('composer.timeoutHint')} error={wrong('timeout')}>
          <Input
            value={form.timeout}
            placeholder="30m"
            onChange={(event) => onChange({ timeout: event.target.value })}
          />
        </Field>
        <Field label={t('composer.cost')} hint={t('composer.costHint')} error={wrong('cost')}>
          <Input
            value={form.cost}
            inputMode="decimal"
            placeholder="5.00"
            onChange={(event) => onChange({ cost: event.target.value })}
          />
        </Field>
        <Field label={t('composer.attempts')} hint={t('composer.attemptsHint')} error={wrong('attempts')}>
          <Input
            value={form.attempts}
            inputMode="numeric"
            placeholder="3"
            onChange={(event) => onChange({ attempts: event.target.value })}
          />
        </Field>
      </div>
    </>
  );
}

function pick({ key, metaKey, ctrlKey, shiftKey, altKey, nativeEvent }: KeyboardEvent) {
  return { key, metaKey, ctrlKey, shiftKey, altKey, keyCode: nativeEvent.keyCode };
}
