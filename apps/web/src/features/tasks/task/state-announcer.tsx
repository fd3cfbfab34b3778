import type { Task } from '@aicode/contracts';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** The one live region of the page: it says how the task stands when that changes, never what its log says. */
export function StateAnnouncer({ task }: { task: Task }): ReactElement {
  const { t } = useTranslation('ui');
  const [first] = useState(task.state);
  const [changed, setChanged] = useState(false);
  if (!changed && task.state !== first) setChanged(true);
  const words = `${t(`state.${task.state}.word`)}. ${t(`state.${task.state}.means`)}`;
  return (
    <p aria-live="polite" className="sr-only">
      {changed ? words : ''}
    </p>
  );
}
