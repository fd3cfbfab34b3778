import type { ReactElement, ReactNode } from 'react';

import { Chart, type ChartLine } from './chart.js';
import type { Sample } from './stats-window.js';

interface ChartCardProps {
  title: string;
  figure: ReactNode;
  note?: string;
  samples: readonly Sample[];
  lines: readonly ChartLine[];
  limit: number | null;
}

/** One figure now, and its last two minutes. */
export function ChartCard({ title, figure, note, samples, lines, limit }: ChartCardProps): ReactElement {
  return (
    <section
      aria-label={title}
      className="flex min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface"
    >
      <header className="flex flex-wrap items-baseline justify-between gap-x-3 px-4 pt-3 pb-1">
        <h2 className="text-sm font-medium text-muted">{title}</h2>
        <p className="text-sm tabular">{figure}</p>
      </header>
      {note && <p className="px-4 text-xs text-subtle">{note}</p>}
      <div className="mt-auto">
        <Chart samples={samples} lines={lines} limit={limit} />
      </div>
    </section>
  );
}
