import type { Task } from '@aicode/contracts';
import { ArrowUpToLine, Braces, Download, MessageSquareText } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { IconButton, toast } from '../../../ui/index.js';
import type { LogPort } from '../live/log-port.js';
import type { LogSession, LogView } from '../live/log-session.js';
import { saveText } from '../live/save-text.browser.js';
import { wholeLog } from '../live/whole-log.js';
import { FollowButton } from './follow-button.js';
import { SearchBox } from './search-box.js';
import type { Search } from './use-search.js';

interface ToolbarProps {
  task: Task;
  port: LogPort;
  session: LogSession;
  view: LogView;
  search: Search;
  raw: boolean;
  onRaw: (raw: boolean) => void;
}

export function LogToolbar({ task, port, session, view, search, raw, onRaw }: ToolbarProps): ReactElement {
  const { t } = useTranslation('logs');
  const [busy, download] = useDownload(task, port);
  return (
    <div className="flex shrink-0 items-center gap-1.5 border-b border-line bg-surface px-2 py-1.5">
      <SearchBox search={search} />
      <span className="ml-auto flex items-center gap-0.5">
        <IconButton
          size="sm"
          icon={ArrowUpToLine}
          label={t('toStart')}
          onClick={() => void session.goToStart()}
          className="max-sm:hidden"
        />
        <IconButton
          size="sm"
          icon={Download}
          label={t('download')}
          busy={busy}
          onClick={download}
          className="max-sm:hidden"
        />
        <IconButton
          size="sm"
          icon={raw ? MessageSquareText : Braces}
          label={raw ? t('readable') : t('raw')}
          aria-pressed={raw}
          onClick={() => onRaw(!raw)}
        />
        <FollowButton session={session} view={view} />
      </span>
    </div>
  );
}

function useDownload(task: Task, port: LogPort): [boolean, () => void] {
  const [busy, setBusy] = useState(false);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const start = (): void => {
    const running = new AbortController();
    stop.current = running;
    setBusy(true);
    wholeLog(port, running.signal, () => undefined)
      .then((parts) => saveText(`${task.id}.log`, parts))
      .catch((error: unknown) => (running.signal.aborted ? undefined : toast.error(error)))
      .finally(() => setBusy(false));
  };
  return [busy, start];
}
