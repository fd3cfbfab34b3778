import { Priority, TaskState } from '@aicode/contracts';
import { Search } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, Input, Select } from '../../../ui/index.js';
import { useWorkspaceNames } from '../../workspaces/index.js';
import { isFiltered, noFilters, stateOrder, type TaskFilters } from './task-filters.js';

interface FilterBarProps {
  filters: TaskFilters;
  onChange: (change: Partial<TaskFilters>) => void;
}

/** What the list shows; all of it stands in the address. */
export function FilterBar({ filters, onChange }: FilterBarProps): ReactElement {
  const { t } = useTranslation('tasks');
  const { t: words } = useTranslation('ui');
  const names = useWorkspaceNames();
  const states = stateOrder.map((state) => ({ value: state, label: words(`state.${state}.word`) }));
  const priorities = Priority.options.map((priority) => ({
    value: priority,
    label: t(`priority.${priority}`),
  }));
  const workspaces = [...names]
    .map(([value, label]) => ({ value, label }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <div
      role="group"
      aria-label={t('filter.label')}
      className="mb-3 grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:items-center"
    >
      <div className="col-span-2 flex sm:w-64">
        <Input
          icon={Search}
          type="search"
          maxLength={200}
          aria-label={t('filter.text')}
          placeholder={t('filter.text')}
          value={filters.q}
          onChange={(event) => onChange({ q: event.target.value })}
        />
      </div>
      <Select
        aria-label={t('filter.state')}
        value={filters.state ?? ''}
        options={[{ value: '', label: t('filter.anyState') }, ...states]}
        onChange={(value) => onChange({ state: TaskState.safeParse(value).data })}
      />
      <Select
        aria-label={t('filter.priority')}
        value={filters.priority ?? ''}
        options={[{ value: '', label: t('filter.anyPriority') }, ...priorities]}
        onChange={(value) => onChange({ priority: Priority.safeParse(value).data })}
      />
      <Select
        aria-label={t('filter.workspace')}
        value={filters.workspace ?? ''}
        options={[{ value: '', label: t('filter.anyWorkspace') }, ...workspaces]}
        onChange={(value) => onChange({ workspace: value === '' ? undefined : value })}
        className="max-sm:col-span-2 sm:max-w-56"
      />
      {isFiltered(filters) ? (
        <Button size="sm" variant="ghost" onClick={() => onChange(noFilters)}>
          {t('noMatch.clear')}
        </Button>
      ) : null}
    </div>
  );
}
