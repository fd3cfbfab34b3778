import type { Task } from '@aicode/contracts';
import { safeText } from '@aicode/log-view';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import {
  Card,
  CodeBlock,
  CopyButton,
  Cost,
  Count,
  DescriptionList,
  Duration,
  TextLink,
  Time,
} from '../../../ui/index.js';
import { useWorkspaceNames } from '../../workspaces/index.js';

/** Everything that is known of the task beside its log. */
export function DetailsTab({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('tasks');
  const names = useWorkspaceNames();
  const { usage } = task;
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card
        title={t('details.prompt')}
        className="lg:col-span-2"
        actions={<CopyButton text={task.command} label={t('details.copyPrompt')} />}
      >
        <CodeBlock label={t('details.prompt')} code={safeText(task.command)} wrap />
      </Card>
      <Card title={t('details.task')}>
        <DescriptionList
          items={[
            [t('details.id'), <Id key="id" value={task.id} />],
            [
              t('details.workspace'),
              <TextLink key="ws" to="/workspaces/$id" params={{ id: task.workspace_id }}>
                {names.get(task.workspace_id) ?? task.workspace_id}
              </TextLink>,
            ],
            [t('details.priority'), t(`priority.${task.priority}`)],
            [t('details.model'), task.model ?? t('details.defaultModel')],
            [t('details.timeout'), <Duration key="limit" ms={task.timeout_ms} />],
            [t('details.attempts'), t('attemptOf', { attempt: task.attempt, of: task.max_attempts })],
            [
              t('details.maxCost'),
              task.max_cost_usd === null ? t('details.noLimit') : <Cost key="max" usd={task.max_cost_usd} />,
            ],
            task.retry_of === null
              ? null
              : [
                  t('details.retryOf'),
                  <TextLink key="retry" to="/tasks/$id" params={{ id: task.retry_of }}>
                    {task.retry_of}
                  </TextLink>,
                ],
          ]}
        />
      </Card>
      <Card title={t('details.course')}>
        <DescriptionList
          items={[
            [t('details.created'), <Time key="c" value={task.created_at} as="short" />],
            [
              t('details.started'),
              task.started_at === null ? '–' : <Time key="s" value={task.started_at} as="short" />,
            ],
            [t('details.ended'), task.ended_at === null ? '–' : <Time key="e" value={task.ended_at} as="short" />],
            ...(usage
              ? ([
                  [t('details.cost'), <Cost key="cost" usd={usage.cost_usd} />],
                  [t('details.input'), <Count key="in" value={usage.input_tokens} />],
                  [t('details.output'), <Count key="out" value={usage.output_tokens} />],
                  [t('details.cacheRead'), <Count key="read" value={usage.cache_read_tokens} />],
                  [t('details.cacheWrite'), <Count key="write" value={usage.cache_write_tokens} />],
                ] satisfies [string, ReactElement][])
              : []),
          ]}
        />
      </Card>
    </div>
  );
}

function Id({ value }: { value: string }): ReactElement {
  const { t } = useTranslation('tasks');
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="truncate font-mono text-xs">{value}</code>
      <CopyButton text={value} label={t('details.copyId')} />
    </span>
  );
}
