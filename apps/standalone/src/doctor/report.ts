import type { Check, CheckState } from './check.js';

const signs: Record<CheckState, string> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };

/** One line a check, its remedy below it, and the verdict. */
export function renderReport(checks: Check[]): string {
  const width = Math.max(...checks.map((check) => check.name.length));
  const lines = checks.flatMap(({ name, state, message, remedy }) => [
    `${signs[state]}  ${name.padEnd(width)}  ${message}`,
    ...(remedy ? [`${' '.repeat(width + 8)}→ ${remedy}`] : []),
  ]);
  return [...lines, '', verdict(checks)].join('\n');
}

function verdict(checks: Check[]): string {
  const count = (state: CheckState): number => checks.filter((check) => check.state === state).length;
  if (count('fail') > 0) return `${count('fail')} of ${checks.length} checks failed.`;
  return count('warn') > 0 ? `The platform can run; ${count('warn')} to look at.` : 'All is well.';
}
