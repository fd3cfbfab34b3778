const units = [
  ['TB', 1024 ** 4],
  ['GB', 1024 ** 3],
  ['MB', 1024 ** 2],
  ['KB', 1024],
] as const;

/** Bytes for people: `512 B`, `1.5 MB`, `2 GB`. */
export function sizeWords(bytes: number): string {
  const [unit, size] = units.find(([, at]) => bytes >= at) ?? ['B', 1];
  const value = bytes / size;
  return `${Number(value.toFixed(value < 100 && size > 1 ? 1 : 0))} ${unit}`;
}
