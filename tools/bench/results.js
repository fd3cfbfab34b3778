/** results.json holds the newest figures of each bench; README.md is made from it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const data = new URL('results.json', import.meta.url);
const page = new URL('README.md', import.meta.url);

/** Figures of another machine are not kept: side by side they would say nothing. */
export function readResults(machine) {
  if (!existsSync(data)) return {};
  const stored = JSON.parse(readFileSync(data, 'utf8'));
  return stored.machine === machine ? stored.results : {};
}

export function writeResults(machine, results) {
  writeFileSync(data, `${JSON.stringify({ machine, results }, null, 2)}\n`);
  writeFileSync(page, readme(machine, Object.entries(results)));
}

function readme(machine, results) {
  return (
    [
      '# Benchmarks',
      'Written by `npm run build && npm run bench` (all) or `npm run bench log sql` (some; the others stay as they were). No test ' +
        'asserts a figure. Each is set against a baseline of the same run, because a ratio holds where milliseconds do not: how loaded the ' +
        'machine was is said with each.',
      `Machine: ${machine}.`,
      '## In one look',
      table(
        results.flatMap(([bench, { ratios }]) => ratios.map(({ what, value }) => ({ bench, what, figure: value }))),
      ),
      ...results.map(([, result]) => section(result)),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

/** One bench as Markdown. */
export function section({ title, how, rows, notes = [], measured }) {
  const { date, seconds, load } = measured;
  const when = `Measured ${date.replace('T', ' ')} UTC in ${seconds} s; load average before and after: ${load}.`;
  return [`## ${title}`, `${how}\n${when}`, table(rows), ...notes].join('\n\n');
}

function table(rows) {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => String(row[column])))),
  ].join('\n');
}
