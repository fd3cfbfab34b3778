const kib = 1024;
const units: readonly (readonly [string, number])[] = [
  ['g', kib ** 3],
  ['m', kib ** 2],
  ['k', kib],
];

/** A size in bytes as a person types it: `2g`, `1536m`; always exact, so that what is read back is what was set. */
export function sizeText(bytes: number): string {
  const unit = bytes > 0 ? units.find(([, size]) => bytes % size === 0) : undefined;
  return unit ? `${bytes / unit[1]}${unit[0]}` : String(bytes);
}
