/** The arithmetic of the benches. */

export function median(samples) {
  return percentile(
    samples.toSorted((a, b) => a - b),
    0.5,
  );
}

/** @param ascending sorted samples; @param share 0…1 */
export function percentile(ascending, share) {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))];
}

/** To so many digits behind the point, as a number. */
export function round(value, digits = 0) {
  return Number(value.toFixed(digits));
}

/** `1.25 ×` */
export function times(value, base) {
  return `${(value / base).toFixed(2)} ×`;
}
