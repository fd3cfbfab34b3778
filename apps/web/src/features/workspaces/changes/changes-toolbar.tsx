import type { FileChange } from '@aicode/contracts';
import { Columns2, FoldVertical, RefreshCw, Rows2, UnfoldVertical } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Checkbox, IconButton, Segments } from '../../../ui/index.js';
import { LineCounts } from './changed-file.js';
import type { DiffChoices } from './diff-choices.browser.js';
import { totals } from './patch.js';

interface ChangesToolbarProps {
  files: readonly FileChange[];
  base: string;
  choices: DiffChoices;
  choose: (name: keyof DiffChoices, on: boolean) => void;
  /** Room for two columns. */
  wide: boolean;
  allOpen: boolean;
  onToggleAll: () => void;
  onRefresh: () => void;
  refreshing: boolean;
}

/** How much was changed since when, and how it is shown. */
export function ChangesToolbar(props: ChangesToolbarProps): ReactElement {
  const { t } = useTranslation('workspaces');
  const { files, choices, choose } = props;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <p aria-live="polite" className="flex flex-wrap items-center gap-x-3 text-sm">
        <span className="font-medium">{t('changes.summary', { count: files.length })}</span>
        <LineCounts {...totals(files)} />
        <span className="text-muted">
          {t('changes.since')} <code className="font-mono text-xs">{props.base.slice(0, 10)}</code>
        </span>
      </p>
      <div className="ml-auto flex flex-wrap items-center gap-x-4 gap-y-2">
        <Checkbox checked={choices.wrap} onChange={(on) => choose('wrap', on)} label={t('changes.wrap')} />
        <Checkbox
          checked={choices.hideWhitespace}
          onChange={(on) => choose('hideWhitespace', on)}
          label={t('changes.whitespace')}
        />
        {props.wide && (
          <Segments
            label={t('changes.layout')}
            value={choices.split ? 'split' : 'unified'}
            onChange={(layout) => choose('split', layout === 'split')}
            options={[
              { value: 'unified', label: t('changes.unified'), icon: Rows2 },
              { value: 'split', label: t('changes.split'), icon: Columns2 },
            ]}
          />
        )}
        <span className="flex">
          <IconButton
            size="sm"
            icon={props.allOpen ? FoldVertical : UnfoldVertical}
            label={props.allOpen ? t('changes.collapse_all') : t('changes.expand_all')}
            onClick={props.onToggleAll}
          />
          <IconButton
            size="sm"
            icon={RefreshCw}
            label={t('changes.refresh')}
            busy={props.refreshing}
            onClick={props.onRefresh}
          />
        </span>
      </div>
    </div>
  );
}
