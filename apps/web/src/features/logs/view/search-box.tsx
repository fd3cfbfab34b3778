import { ChevronDown, ChevronUp, Search as SearchIcon, X } from 'lucide-react';
import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useHotkeys } from 'react-hotkeys-hook';
import { useTranslation } from 'react-i18next';

import { IconButton } from '../../../ui/index.js';
import type { Search } from './use-search.js';

/** Finds a text in the whole log: Enter goes on, Shift+Enter back, Escape closes. */
export function SearchBox({ search }: { search: Search }): ReactElement {
  const { t } = useTranslation('logs');
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  useHotkeys('/', () => input.current?.focus(), { preventDefault: true, useKey: true });
  const close = (): void => {
    setText('');
    search.close();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      search.step(event.shiftKey ? 'previous' : 'next');
    }
    if (event.key === 'Escape') {
      close();
      input.current?.blur();
    }
  };
  const active = search.state.status !== 'idle';
  return (
    <div role="search" className="flex min-w-0 flex-1 items-center gap-1 sm:max-w-md">
      <div className="relative min-w-0 flex-1">
        <SearchIcon
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-subtle"
        />
        <input
          ref={input}
          type="search"
          value={text}
          maxLength={200}
          placeholder={t('search.placeholder')}
          aria-label={t('search.label')}
          aria-keyshortcuts="/"
          onChange={(event) => {
            setText(event.target.value);
            search.type(event.target.value);
          }}
          onKeyDown={key}
          className="h-8 w-full rounded-md border border-line-strong bg-surface pr-2 pl-8 text-lg sm:text-sm [&::-webkit-search-cancel-button]:hidden pointer-coarse:h-10"
        />
      </div>
      <Count search={search} />
      {active ? (
        <>
          <IconButton
            size="sm"
            icon={ChevronUp}
            label={t('search.previous')}
            shortcut="Shift+Enter"
            onClick={() => search.step('previous')}
          />
          <IconButton
            size="sm"
            icon={ChevronDown}
            label={t('search.next')}
            shortcut="Enter"
            onClick={() => search.step('next')}
          />
          <IconButton size="sm" icon={X} label={t('search.close')} shortcut="Escape" onClick={close} />
        </>
      ) : null}
    </div>
  );
}

function Count({ search }: { search: Search }): ReactElement | null {
  const { t, i18n } = useTranslation('logs');
  const { status, index, total, truncated, matches, error } = search.state;
  if (status === 'idle') return null;
  const number = (value: number): string => value.toLocaleString(i18n.language);
  const words = (): string => {
    if (status === 'searching') return t('search.searching');
    if (status === 'failed') return error ?? t('search.failed');
    if (matches.length === 0) return t('search.none');
    const all = `${number(total)}${truncated ? '+' : ''}`;
    return index < 0
      ? t('search.found', { total: all, count: total })
      : t('search.place', { at: number(index + 1), total: all });
  };
  return (
    <span
      role="status"
      className={`tabular max-w-40 shrink-0 truncate text-xs ${status === 'failed' ? 'text-danger' : 'text-muted'}`}
    >
      {words()}
    </span>
  );
}
