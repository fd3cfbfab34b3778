import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import { useTheme } from '../../../app/theme/theme.browser.js';
import { columnsOf, scaleTop, shownSeconds, type Sample, type SeriesName } from './stats-window.js';

export interface ChartLine {
  name: SeriesName;
  /** A custom property of the theme that holds its colour. */
  colour: string;
}

interface ChartProps {
  samples: readonly Sample[];
  /** Must keep its identity: another list makes the chart anew. */
  lines: readonly ChartLine[];
  /** What must not be passed, in the unit of the samples; null without one. */
  limit: number | null;
}

const height = 64;

/** A small picture of the last two minutes. Its figures stand beside it as text, so it says nothing to a screen reader. */
export function Chart({ samples, lines, limit }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const theme = useTheme((state) => state.theme);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const series = lines.map((line): uPlot.Series => {
      const colour = colourOf(element, line.colour);
      return {
        stroke: colour,
        width: 1.5,
        points: { show: false },
        ...(lines.length === 1 ? { fill: `color-mix(in srgb, ${colour} 14%, transparent)` } : {}),
      };
    });
    const made = new uPlot(
      {
        width: Math.max(1, element.clientWidth),
        height,
        padding: [4, 0, 2, 0],
        cursor: { show: false },
        legend: { show: false },
        axes: [{ show: false }, { show: false }],
        scales: { x: { time: true, auto: false }, y: { auto: false } },
        series: [{}, ...series],
      },
      [[], ...lines.map(() => [])],
      element,
    );
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: Math.max(1, element.clientWidth), height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
    // A chart is made anew only if its lines or the theme's colours change.
  }, [lines, theme]);

  useEffect(() => {
    const made = plot.current;
    if (!made) return;
    const names = lines.map((line) => line.name);
    const end = samples.at(-1)?.time ?? Date.now() / 1000;
    made.batch(() => {
      made.setData(columnsOf(samples, names), false);
      made.setScale('x', { min: end - shownSeconds(samples), max: end });
      made.setScale('y', { min: 0, max: scaleTop(samples, names, limit) });
    });
  }, [samples, limit, lines, theme]);

  return <div ref={place} aria-hidden className="h-16 w-full overflow-hidden" />;
}

/** A colour of the theme as a canvas takes it: custom properties hold `light-dark(…)`, which only an element resolves. */
function colourOf(element: HTMLElement, property: string): string {
  element.style.color = `var(${property})`;
  const { color } = getComputedStyle(element);
  element.style.color = '';
  return color;
}
