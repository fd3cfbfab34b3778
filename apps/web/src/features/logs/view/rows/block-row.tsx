import { Bot, Brain, CircleAlert, Info, Server, TriangleAlert, User, type LucideIcon } from 'lucide-react';
import type { LogLevel } from '@aicode/contracts';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StateBadge } from '../../../../ui/index.js';
import type { BlockOf, Row } from '../../model/row.js';
import { cutText } from '../../model/cut.js';
import { useOpen } from '../log-context.js';
import { Fold } from './fold.js';
import { OutputLines } from './output-lines.js';
import { PlainText, RichText } from './rich-text.js';
import { ResultBlock } from './result-block.js';
import { SpeakerMark } from './speaker-mark.js';

type BlockRowOf = Extract<Row, { kind: 'block' }>;

/** A row that is one block. */
export function BlockRow({ row }: { row: BlockRowOf }): ReactElement {
  const { block, key } = row;
  switch (block.kind) {
    case 'text':
      return (
        <SpeakerMark by={block.by}>
          <RichText text={block.text} foldKey={key} />
        </SpeakerMark>
      );
    case 'thinking':
      return (
        <SpeakerMark by={block.by}>
          <Thinking text={block.text} foldKey={key} />
        </SpeakerMark>
      );
    case 'prompt':
      return <Prompt text={block.text} foldKey={key} />;
    case 'start':
      return <Start block={block} />;
    case 'notice':
      return <Note level={block.level} icon={Info} text={block.text} />;
    case 'platform':
      return <Note level={block.level} icon={Server} text={block.text} />;
    case 'output':
      return <OutputLines lines={block.lines} foldKey={key} />;
    case 'result':
      return <ResultBlock block={block} foldKey={key} />;
    case 'end':
      return <End block={block} />;
    case 'other':
      return <Other block={block} foldKey={key} />;
  }
}

/** What a person said to the model. */
export function Prompt({ text, foldKey }: { text: string; foldKey: string }): ReactElement {
  const { t } = useTranslation('logs');
  const [all, toggle] = useOpen(`${foldKey}:prompt`);
  const cut = cutText(text, 1200);
  return (
    <div className="min-w-0 flex-1 rounded-lg border border-line bg-accent-soft px-3 py-2">
      <p className="mb-0.5 flex items-center gap-1.5 text-xs font-medium text-accent">
        <User aria-hidden className="size-3.5" /> {t('prompt')}
      </p>
      <PlainText text={all ? text : cut.text + (cut.hidden > 0 ? '…' : '')} />
      {cut.hidden > 0 ? (
        <button type="button" onClick={toggle} className="min-h-6 text-xs font-medium text-accent hover:underline">
          {all ? t('less') : t('more')}
        </button>
      ) : null}
    </div>
  );
}

function Thinking({ text, foldKey }: { text: string; foldKey: string }): ReactElement {
  const { t } = useTranslation('logs');
  const [open, toggle] = useOpen(foldKey);
  const title = (
    <>
      <Brain aria-hidden className="size-3.5 shrink-0 text-subtle" />
      <span className="shrink-0 text-sm text-muted">{t('thinking')}</span>
      {open ? null : (
        <span dir="auto" className="min-w-0 truncate text-sm italic text-subtle [unicode-bidi:isolate]">
          {text.slice(0, 300)}
        </span>
      )}
    </>
  );
  return (
    <Fold open={open} toggle={toggle} title={title}>
      <PlainText text={text} className="border-l-2 border-line py-1 pl-3 text-sm italic text-muted" />
    </Fold>
  );
}

function Start({ block }: { block: BlockOf<'start'> }): ReactElement {
  const facts = [block.version, block.model, block.directory].filter((fact) => fact !== null && fact !== '');
  return (
    <p className="flex min-w-0 flex-1 items-center gap-1.5 py-1 text-sm text-muted">
      <Bot aria-hidden className="size-3.5 shrink-0" />
      <span className="font-medium text-ink">Claude Code</span>
      <bdi className="min-w-0 truncate">{facts.join(' · ')}</bdi>
    </p>
  );
}

const levels: Record<LogLevel, { className: string; icon: LucideIcon | null }> = {
  debug: { className: 'text-subtle', icon: null },
  info: { className: 'text-muted', icon: null },
  warn: { className: 'text-warning', icon: TriangleAlert },
  error: { className: 'text-danger', icon: CircleAlert },
};

function Note({ level, icon, text }: { level: LogLevel; icon: LucideIcon; text: string }): ReactElement {
  const look = levels[level];
  const Icon = look.icon ?? icon;
  return (
    <p className={`flex min-w-0 flex-1 items-start gap-1.5 py-1 text-sm ${look.className}`}>
      <Icon aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span dir="auto" className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere] [unicode-bidi:isolate]">
        {text}
      </span>
    </p>
  );
}

function End({ block }: { block: BlockOf<'end'> }): ReactElement {
  const { t } = useTranslation('logs');
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1 border-t border-line pt-2 pb-1 text-sm">
      <StateBadge state={block.outcome} />
      <span className="text-muted">{t('end', { attempt: block.attempt })}</span>
      {block.text === '' ? null : <PlainText text={block.text} className="basis-full" />}
    </div>
  );
}

function Other({ block, foldKey }: { block: BlockOf<'other'>; foldKey: string }): ReactElement {
  const [open, toggle] = useOpen(foldKey);
  const title: ReactNode = <span className="min-w-0 truncate font-mono text-xs text-subtle">{block.title}</span>;
  return (
    <Fold open={open} toggle={toggle} title={title}>
      <OutputLines lines={[[{ text: block.json }]]} foldKey={foldKey} />
    </Fold>
  );
}
