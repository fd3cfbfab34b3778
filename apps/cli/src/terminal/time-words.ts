const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** A duration for people: `0.8 s`, `42 s`, `3 m 5 s`, `2 h 10 m`. */
export function durationWords(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const at = units.findIndex(([, size]) => ms >= size);
  const [unit, size] = units[at] ?? ['s', 1000];
  const next = units[at + 1];
  const rest = next ? Math.floor((ms % size) / next[1]) : 0;
  return `${Math.floor(ms / size)} ${unit}${next && rest > 0 ? ` ${rest} ${next[0]}` : ''}`;
}

/** How long ago a time was. */
export function ageWords(time: string, now: number = Date.now()): string {
  const ms = Math.max(0, now - Date.parse(time));
  if (ms < 1000) return 'now';
  const [unit, size] = units.find(([, unitSize]) => ms >= unitSize) ?? ['s', 1000];
  return `${Math.floor(ms / size)} ${unit} ago`;
}
