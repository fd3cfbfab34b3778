import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { countChanges } from '../../model/number-lines.js';
import { hasFailed, type Call, type Row } from '../../model/row.js';
import { useOpen } from '../log-context.js';
import { CallMark } from './calls-row.js';
import { DiffLines } from './diff-lines.js';
import { Fold } from './fold.js';
import { OutputLines } from './output-lines.js';
import { SpeakerMark } from './speaker-mark.js';

type EditRowOf = Extract<Row, { kind: 'edit' }>;

/** Larger changes are folded at first. */
const openUpTo = 800;

/** A change of a file: as it was done, or, until that is known, as it was asked for. */
export function EditRow({ row }: { row: EditRowOf }): ReactElement {
  const { t } = useTranslation('logs');
  const { path, hunks, created, added, removed } = changeOf(row.call);
  const [open, toggle] = useOpen(row.key, added + removed <= openUpTo);
  const verb = hasFailed(row.call) ? t('edit.failed') : created ? t('edit.created') : t('edit.changed');
  const title = (
    <>
      <CallMark call={row.call} />
      <span className="shrink-0 text-sm text-muted">{verb}</span>
      <span dir="ltr" className="min-w-0 truncate font-mono text-xs font-medium [unicode-bidi:isolate]">
        {path}
      </span>
      <span className="tabular ml-auto shrink-0 pl-2 font-mono text-xs">
        <span className="text-success">+{added}</span> <span className="text-danger">−{removed}</span>
      </span>
    </>
  );
  return (
    <SpeakerMark by={row.by}>
      <Fold open={open} toggle={toggle} title={title}>
        <div className="my-1 ml-1.5 flex flex-col gap-2">
          <DiffLines hunks={hunks} foldKey={row.key} />
          {row.call.results.map(({ seq, block }) =>
            block.kind === 'tool_result' && block.failed ? (
              <OutputLines key={seq} lines={block.lines} foldKey={`${row.key}-${seq}`} tone="error" />
            ) : null,
          )}
        </div>
      </Fold>
    </SpeakerMark>
  );
}

function changeOf({ call, results }: Call) {
  const done = results.find(({ block }) => block.kind === 'edited')?.block;
  if (done?.kind === 'edited') return done;
  const hunks = call?.kind === 'edit' ? call.hunks : [];
  return { path: call?.kind === 'edit' ? call.path : '', hunks, created: false, ...countChanges(hunks) };
}
