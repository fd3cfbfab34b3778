import type { Priority, QueuedTask } from '@aicode/contracts';
import { Link, useNavigate } from '@tanstack/react-router';
import {
  ArrowDown,
  ArrowUp,
  Ban,
  Clock,
  Ellipsis,
  FolderClock,
  FolderX,
  RotateCw,
  SquareArrowOutUpRight,
} from 'lucide-react';
import type { KeyboardEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Checkbox, classNames, IconButton, Menu, Time } from '../../ui/index.js';
import { promptLine } from '../workspaces/index.js';
import { shifted } from './queue-order.js';

interface QueueRowProps {
  one: QueuedTask;
  workspace: string;
  showNode: boolean;
  selected: boolean;
  mayChange: boolean;
  mayCancel: boolean;
  onSelect: (range: boolean) => void;
  onPriority: (priority: Priority) => void;
  onCancel: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

const priorities = ['high', 'medium', 'low'] as const;
const reasonIcons = { runner: Clock, slot: FolderClock, retry: RotateCw, workspace: FolderX };

export function QueueRow(props: QueueRowProps): ReactElement {
  const { t, i18n } = useTranslation('queue');
  const { one, selected, mayChange, mayCancel } = props;
  const navigate = useNavigate();
  const { task } = one;
  const prompt = promptLine(task.command);
  const ReasonIcon = reasonIcons[one.waits_for];
  const up = shifted(task.priority, 'up');
  const down = shifted(task.priority, 'down');
  return (
    <li
      data-queue-row={task.id}
      tabIndex={0}
      aria-label={`${t('position', { position: one.position })}: ${prompt}`}
      onKeyDown={props.onKeyDown}
      className={classNames(
        'relative flex min-w-0 items-center gap-3 px-4 py-2.5 first:rounded-t-lg last:rounded-b-lg focus-visible:-outline-offset-2',
        selected ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      {mayCancel && (
        <span className="relative z-1">
          <Checkbox
            checked={selected}
            onChange={() => props.onSelect(false)}
            label={t('select', { task: prompt })}
            labelHidden
          />
        </span>
      )}
      <span
        title={t('position', { position: one.position })}
        className="w-8 shrink-0 text-center font-mono text-sm text-muted tabular max-sm:w-5"
      >
        {one.position}
      </span>
      <div className="min-w-0 flex-1">
        <Link
          to="/tasks/$id"
          params={{ id: task.id }}
          tabIndex={-1}
          className="block truncate font-medium after:absolute after:inset-0"
        >
          <bdi>{prompt}</bdi>
        </Link>
        <p className="mt-0.5 flex min-w-0 flex-wrap items-center gap-x-2 text-xs text-muted">
          <bdi className="max-w-48 truncate">{props.workspace}</bdi>
          {props.showNode && <span>{t('on_node', { node: one.node })}</span>}
          <span className="inline-flex min-w-0 items-center gap-1" title={t(`waits_for.${one.waits_for}`)}>
            <ReasonIcon aria-hidden="true" className="size-3.5 shrink-0" />
            <span className="min-w-0">
              {/* The server's sentence is English and says it all; another language has the words first. */}
              {!i18n.language.startsWith('en') && <>{t(`waits_for.${one.waits_for}`)} · </>}
              {one.explanation}
            </span>
          </span>
        </p>
      </div>
      <span className="shrink-0 text-xs text-muted max-md:hidden">
        <Time value={task.created_at} />
      </span>
      <span className="relative z-1 flex shrink-0 items-center">
        {mayChange && (
          <span className="flex max-sm:hidden">
            <IconButton
              size="sm"
              icon={ArrowUp}
              label={t('raise')}
              shortcut="alt+↑"
              disabled={up === null}
              onClick={() => up && props.onPriority(up)}
            />
            <IconButton
              size="sm"
              icon={ArrowDown}
              label={t('lower')}
              shortcut="alt+↓"
              disabled={down === null}
              onClick={() => down && props.onPriority(down)}
            />
          </span>
        )}
        <Menu
          heading={t('set_priority')}
          trigger={<IconButton size="sm" icon={Ellipsis} label={`${t('more')}: ${prompt}`} />}
          groups={[
            mayChange
              ? priorities.map((priority) => ({
                  label: t(`priority.${priority}`),
                  checked: task.priority === priority,
                  onSelect: () => props.onPriority(priority),
                }))
              : [],
            [
              {
                label: t('open'),
                icon: SquareArrowOutUpRight,
                onSelect: () => void navigate({ to: '/tasks/$id', params: { id: task.id } }),
              },
              mayCancel ? { label: t('cancel'), icon: Ban, danger: true, onSelect: props.onCancel } : null,
            ],
          ]}
        />
      </span>
    </li>
  );
}
