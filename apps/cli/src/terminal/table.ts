import { columnsOf, fit } from '@aicode/log-view';

/** Rows under a head, in columns; the last column is cut where the terminal ends. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], width: number): string[] {
  const widths = head.map((title, index) =>
    Math.max(...[title, ...rows.map((row) => row[index] ?? '')].map(columnsOf)),
  );
  const last = head.length - 1;
  return [head, ...rows].map((row) => {
    const cells = head.map((_, index) => {
      const cell = row[index] ?? '';
      return index === last ? cell : cell + ' '.repeat((widths[index] ?? 0) - columnsOf(cell) + 2);
    });
    const before = cells.slice(0, last).join('');
    return (before + fit(cells[last] ?? '', Math.max(12, width - columnsOf(before)))).trimEnd();
  });
}

/** `label  value` lines with the values below each other; what has no value is left out. */
export function facts(entries: readonly (readonly [string, string | null])[]): string[] {
  const width = Math.max(...entries.map(([label]) => columnsOf(label)));
  return entries.flatMap(([label, value]) => (value === null ? [] : [`${label.padEnd(width)}  ${value}`]));
}
