import { Check, FolderPlus, Play } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ButtonLink, classNames, CodeBlock } from '../../ui/index.js';
import { useMay } from '../workspaces/index.js';

/** Nothing was ever done here: the two steps to the first result. */
export function FirstUse({ workspaces }: { workspaces: number }): ReactElement {
  const { t } = useTranslation('home');
  const may = useMay();
  const ready = workspaces > 0;
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-6 py-6">
      <div className="text-center">
        <h2 className="text-xl font-semibold">{t('first.title')}</h2>
        <p className="mt-1 text-muted">{may('tasks.create') ? t('first.text') : t('first.forbidden')}</p>
      </div>
      <ol className="flex flex-col gap-3">
        <Step number={1} done={ready} title={t('first.step_workspace')} text={t('first.step_workspace_text')}>
          {ready && <p className="text-sm text-success">{t('first.step_workspace_done', { count: workspaces })}</p>}
          {may('workspaces.create') && (
            <ButtonLink
              to="/workspaces"
              search={{ create: true }}
              variant={ready ? 'secondary' : 'primary'}
              icon={FolderPlus}
            >
              {t('first.step_workspace')}
            </ButtonLink>
          )}
        </Step>
        <Step number={2} done={false} title={t('first.step_task')} text={t('first.step_task_text')}>
          {may('tasks.create') &&
            (ready ? (
              <ButtonLink to="/tasks" search={{ new: true }} variant="primary" icon={Play}>
                {t('first.step_task')}
              </ButtonLink>
            ) : (
              <p className="text-sm text-subtle">{t('first.step_task_later')}</p>
            ))}
        </Step>
      </ol>
      {may('tasks.create') && (
        <div>
          <p className="mb-2 text-sm text-muted">{t('first.terminal')}</p>
          <CodeBlock
            label={t('first.terminal')}
            code={'aicli workspace create my-project --path .\naicli task run "Explain this project" -w my-project'}
          />
        </div>
      )}
    </div>
  );
}

interface StepProps {
  number: number;
  done: boolean;
  title: string;
  text: string;
  children: ReactNode;
}

function Step({ number, done, title, text, children }: StepProps): ReactElement {
  return (
    <li className="flex gap-4 rounded-lg border border-line bg-surface p-5">
      <span
        aria-hidden="true"
        className={classNames(
          'flex size-8 shrink-0 items-center justify-center rounded-full font-semibold',
          done ? 'bg-success-soft text-success' : 'bg-accent-soft text-accent',
        )}
      >
        {done ? <Check className="size-4" /> : number}
      </span>
      <div className="flex min-w-0 flex-col items-start gap-2">
        <h3 className="text-lg font-semibold">{title}</h3>
        <p className="text-muted">{text}</p>
        {children}
      </div>
    </li>
  );
}
