import type { NetworkPolicy, Workspace } from '@aicode/contracts';
import { exactText } from '@aicode/log-view';
import {
  Box,
  CircleCheck,
  CirclePause,
  CirclePlay,
  CircleStop,
  CircleX,
  Folder,
  GitBranch,
  Globe,
  ListChecks,
  LoaderCircle,
  PackageOpen,
  ShieldAlert,
  Trash2,
  Unplug,
  type LucideIcon,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Badge } from '../../ui/index.js';
import type { ContainersAre } from './container-state.js';

const stateLooks = {
  creating: { tone: 'info', icon: LoaderCircle, iconClassName: 'motion-safe:animate-spin' },
  ready: { tone: 'success', icon: CircleCheck },
  failed: { tone: 'danger', icon: CircleX },
  deleting: { tone: 'neutral', icon: Trash2 },
} as const;

export function WorkspaceBadge({ state }: Pick<Workspace, 'state'>): ReactElement {
  const { t } = useTranslation('workspaces');
  return (
    <Badge {...stateLooks[state]} title={t(`state_text.${state}`)}>
      {t(`state.${state}`)}
    </Badge>
  );
}

const containerLooks = {
  running: { tone: 'success', icon: CirclePlay },
  paused: { tone: 'neutral', icon: CirclePause },
  stopped: { tone: 'neutral', icon: CircleStop },
  created: { tone: 'neutral', icon: Box },
  none: { tone: 'neutral', icon: Box },
  process: { tone: 'warning', icon: ShieldAlert },
} as const;

/** What the containers of a workspace are, in a word; `alone` where it is clear that it speaks of a container. */
export function ContainerBadge({ are, alone = false }: { are: ContainersAre; alone?: boolean }): ReactElement {
  const { t } = useTranslation('workspaces');
  const state = t(`container.${are}`);
  return <Badge {...containerLooks[are]}>{alone ? state : t('container_word', { state })}</Badge>;
}

const networkIcons: Record<NetworkPolicy, LucideIcon> = { isolated: Unplug, allowlist: ListChecks, open: Globe };

export function NetworkWord({ network }: { network: NetworkPolicy }): ReactElement {
  const { t } = useTranslation('workspaces');
  const Icon = networkIcons[network];
  return (
    <span className="inline-flex items-center gap-1.5" title={t(`field_hint.network.${network}`)}>
      <Icon aria-hidden="true" className="size-3.5" />
      {t(`network.${network}`)}
    </span>
  );
}

/** Where the files come from. */
export function SourceLine({ source }: Pick<Workspace, 'source'>): ReactElement {
  const { t } = useTranslation('workspaces');
  const Icon = source.type === 'git' ? GitBranch : source.type === 'path' ? Folder : PackageOpen;
  return (
    <p className="flex min-w-0 items-center gap-1.5 text-xs text-muted">
      <Icon aria-hidden="true" className="size-3.5 shrink-0" />
      <span className="sr-only">{t(`source.${source.type}`)}: </span>
      <bdi className="truncate" title={source.type === 'git' ? source.url : undefined}>
        {source.type === 'git'
          ? exactText(source.url)
          : source.type === 'path'
            ? exactText(source.path)
            : t('source.empty')}
      </bdi>
      {source.type === 'git' && source.branch !== undefined && (
        <span className="shrink-0">· {t('branch', { branch: exactText(source.branch) })}</span>
      )}
    </p>
  );
}
