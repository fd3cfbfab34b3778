/** Numbers and times in words, by Intl: pure, so that they can be tested in any language. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** "3 minutes ago", "in 2 hours", "just now" below ten seconds (`now` gives that word). */
export function formatRelative(time: number, now: number, language: string, justNow: string): string {
  const ms = time - now;
  const away = Math.abs(ms);
  if (away < 10_000) return justNow;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  if (away < minute) return format.format(Math.trunc(ms / 1000), 'second');
  if (away < hour) return format.format(Math.trunc(ms / minute), 'minute');
  if (away < day) return format.format(Math.trunc(ms / hour), 'hour');
  return format.format(Math.trunc(ms / day), 'day');
}

/** Local time as short as it is clear: "14:03" today, with the date on other days, with the year in other years. */
export function formatShort(time: number, now: number, language: string, zone?: string): string {
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone };
  const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const [then, today] = [dayOf.format(time), dayOf.format(now)];
  if (then !== today) Object.assign(options, { month: 'short', day: 'numeric' });
  if (then.slice(0, 4) !== today.slice(0, 4)) options.year = 'numeric';
  return new Intl.DateTimeFormat(language, options).format(time);
}

/** Everything: date, seconds and zone. */
export function formatAbsolute(time: number, language: string, zone?: string): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'full',
    timeStyle: 'long',
    hourCycle: 'h23',
    timeZone: zone,
  }).format(time);
}

const durationUnits = [
  ['day', day],
  ['hour', hour],
  ['minute', minute],
  ['second', 1000],
] as const;

/** The two largest units of a duration: "1h 5m", "42s", "350ms"; in the language's own short units. */
export function formatDuration(ms: number, language: string): string {
  const unit = (value: number, name: string): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'narrow' }).format(value);
  const whole = Math.max(0, Math.floor(ms));
  if (whole < 1000) return unit(whole, 'millisecond');
  const first = durationUnits.findIndex(([, size]) => whole >= size);
  const parts: string[] = [];
  let rest = whole;
  for (const [name, size] of durationUnits.slice(first, first + 2)) {
    const value = Math.floor(rest / size);
    rest %= size;
    if (value > 0 || parts.length === 0) parts.push(unit(value, name));
  }
  return parts.join(' ');
}

const byteUnits = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes by 1024: "512 B", "1.5 MB". */
export function formatBytes(bytes: number, language: string): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || Math.abs(value) >= 100 ? 0 : 1;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  return `${number} ${byteUnits[unit] ?? ''}`;
}

/** "12,345"; `compact` as "12K". */
export function formatCount(count: number, language: string, compact = false): string {
  return new Intl.NumberFormat(
    language,
    compact && count >= 10_000 ? { notation: 'compact', maximumFractionDigits: 1 } : {},
  ).format(count);
}

/** US dollars: whole cents, but never "$0.00" for something. */
export function formatCost(usd: number, language: string): string {
  const digits = usd > 0 && usd < 0.01 ? 4 : 2;
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(usd);
}

/** 0.42 as "42%". */
export function formatPercent(share: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(
    share,
  );
}
