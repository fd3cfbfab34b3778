import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Badge } from '../../ui/index.js';
import type { Health } from './health.js';

const looks = {
  up: { tone: 'success', icon: CircleCheck },
  degraded: { tone: 'warning', icon: TriangleAlert },
  down: { tone: 'danger', icon: CircleX },
} as const;

export function HealthBadge({ state }: { state: Health }): ReactElement {
  const { t } = useTranslation('nodes');
  return <Badge {...looks[state]}>{t(`state.${state}`)}</Badge>;
}
