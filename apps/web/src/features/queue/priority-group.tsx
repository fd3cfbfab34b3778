import type { Priority, QueuedTask } from '@aicode/contracts';
import { ArrowDown, ArrowUp, Equal } from 'lucide-react';
import { useRef, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Checkbox } from '../../ui/index.js';
import { QueueRow } from './queue-row.js';
import { shifted } from './queue-order.js';

export interface PriorityGroupProps {
  priority: Priority;
  waiting: readonly QueuedTask[];
  names: ReadonlyMap<string, string>;
  showNode: boolean;
  selected: ReadonlySet<string>;
  mayChange: boolean;
  mayCancel: boolean;
  onSelect: (one: QueuedTask, range: boolean) => void;
  onSelectAll: (ids: readonly string[], on: boolean) => void;
  onPriority: (one: QueuedTask, priority: Priority) => void;
  onCancel: (one: QueuedTask) => void;
}

const icons = { high: ArrowUp, medium: Equal, low: ArrowDown };
const rowSelector = '[data-queue-row]';

/** The tasks of one priority. Rows take the focus one after the other; the keys do what the row's buttons do. */
export function PriorityGroup(props: PriorityGroupProps): ReactElement {
  const { t } = useTranslation('queue');
  const { priority, waiting, selected } = props;
  const list = useRef<HTMLUListElement>(null);
  const ids = waiting.map((one) => one.task.id);
  const chosen = ids.filter((id) => selected.has(id)).length;
  const Icon = icons[priority];

  const onKeyDown = (event: KeyboardEvent<HTMLElement>, one: QueuedTask): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return;
    if (act(event, one, props)) return event.preventDefault();
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || event.altKey) return;
    event.preventDefault();
    // Over the ends of this group into the next one.
    const rows = [...document.querySelectorAll<HTMLElement>(rowSelector)];
    rows[rows.indexOf(event.currentTarget) + step]?.focus();
  };

  return (
    <section aria-label={t(`priority.${priority}`)}>
      <header className="mb-2 flex items-center gap-2">
        {props.mayCancel && waiting.length > 0 && (
          <span className="pl-4">
            <Checkbox
              checked={chosen === 0 ? false : chosen === ids.length ? true : 'indeterminate'}
              onChange={(on) => props.onSelectAll(ids, on)}
              label={t('select_group', { priority: t(`priority.${priority}`) })}
              labelHidden
            />
          </span>
        )}
        <h2 className="flex items-center gap-2 font-semibold">
          <Icon aria-hidden="true" className="size-4 text-muted" />
          {t(`priority.${priority}`)}
          <span className="rounded-full bg-neutral-soft px-2 text-xs text-neutral tabular">{waiting.length}</span>
        </h2>
      </header>
      {waiting.length === 0 ? (
        <p className="rounded-lg border border-dashed border-line px-4 py-3 text-sm text-subtle">{t('none_in')}</p>
      ) : (
        <ul ref={list} className="divide-y divide-line rounded-lg border border-line bg-surface">
          {waiting.map((one) => (
            <QueueRow
              key={one.task.id}
              one={one}
              workspace={props.names.get(one.task.workspace_id) ?? one.task.workspace_id}
              showNode={props.showNode}
              selected={selected.has(one.task.id)}
              mayChange={props.mayChange}
              mayCancel={props.mayCancel}
              onSelect={(range) => props.onSelect(one, range)}
              onPriority={(next) => props.onPriority(one, next)}
              onCancel={() => props.onCancel(one)}
              onKeyDown={(event) => onKeyDown(event, one)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

/** What a key does to the row with the focus; false if nothing. */
function act(event: KeyboardEvent<HTMLElement>, one: QueuedTask, props: PriorityGroupProps): boolean {
  const way = event.key === 'ArrowUp' ? 'up' : event.key === 'ArrowDown' ? 'down' : null;
  if (event.altKey && way !== null) {
    const next = shifted(one.task.priority, way);
    if (next && props.mayChange) props.onPriority(one, next);
    return true;
  }
  if (event.altKey) return false;
  if ((event.key === ' ' || event.key === 'x') && props.mayCancel) props.onSelect(one, event.shiftKey);
  else if (event.key === 'Delete' && props.mayCancel) props.onCancel(one);
  else if (event.key === 'Enter') event.currentTarget.querySelector<HTMLElement>('a')?.click();
  else return false;
  return true;
}
