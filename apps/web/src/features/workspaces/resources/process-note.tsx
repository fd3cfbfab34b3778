import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Callout } from '../../../ui/index.js';
import { runners } from '../queries.browser.js';

/** No container engine: what is not kept apart, in the runner's own words. */
export function ProcessNote({ node }: { node: string }): ReactElement {
  const { t } = useTranslation('workspaces');
  const { data } = useQuery(runners());
  const runner = data?.nodes.find((one) => one.node === node) ?? data?.nodes[0];
  return (
    <Callout tone="warning" title={t('process_title')}>
      <p>{t('process_text')}</p>
      {data && <p className="mt-1">{runner?.executor_description ?? t('process_none')}</p>}
    </Callout>
  );
}
