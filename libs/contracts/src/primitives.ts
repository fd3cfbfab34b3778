import { z } from 'zod';

/** RFC 3339 in UTC with milliseconds, so that text order is time order. */
export const Time = z.iso.datetime({ precision: 3 });

// C0 and C1 controls other than tab and line breaks, and lone surrogates: nothing that a person types.
const controls = new RegExp(`[${range(0x00, 0x08)}${range(0x0b, 0x0c)}${range(0x0e, 0x1f)}${range(0x7f, 0x9f)}]`);
const bidi = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function range(from: number, to: number): string {
  return `${String.fromCharCode(from)}-${String.fromCharCode(to)}`;
}

/** Text by a person over many lines, such as a prompt. Length in UTF-16 units. */
export function text(max: number): z.ZodString {
  return z
    .string()
    .max(max, `must have at most ${max} characters`)
    .refine(
      (value) => !controls.test(value) && value.isWellFormed(),
      'must not contain control characters or broken Unicode',
    )
    .refine((value) => value.trim().length > 0, 'must not be empty');
}

/** One line of text without anything that could disguise it. */
export function line(max: number): z.ZodString {
  return text(max).refine(
    (value) => !/[\r\n\t]/.test(value) && !bidi.test(value),
    'must be one line without direction marks',
  );
}

/** A name of a workspace: letters, digits, space, dot, dash and underscore, beginning with a letter or digit. */
export const Name = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}\p{M} ._-]{0,63}$/u,
    'must have 1 to 64 letters, digits, spaces, dots, dashes or underscores, and begin with a letter or digit',
  );

/** `15m` by a table of units. */
function scaled(value: string, units: Record<string, number>): number {
  const unit = /[a-z]+$/.exec(value)?.[0] ?? '';
  return Number.parseInt(value, 10) * (units[unit] ?? Number.NaN);
}

const durationUnits = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration written as `250ms`, `30s`, `15m`, `2h` or `7d`; milliseconds inside. */
export const Duration = z
  .union([
    z.int().nonnegative(),
    z
      .string()
      .regex(/^\d{1,12}$/)
      .transform(Number),
    z.string().regex(/^\d{1,9}(ms|s|m|h|d)$/, 'must be a duration like 30s, 15m or 2h'),
  ])
  .transform((value) => {
    return typeof value === 'number' ? value : scaled(value, durationUnits);
  });

/** Node's timers hold 2^31−1 ms and fire at once beyond: what becomes a timer lasts at most so long (milliseconds). */
export const longestTimerMs = 24 * durationUnits.d;

/** For the refine() of a duration that becomes a timer. */
export const timerRule = {
  fits: (ms: number): boolean => ms <= longestTimerMs,
  message: 'must be at most 24d',
};

const kib = 1024;
const sizeUnits = { b: 1, k: kib, kb: kib, m: kib ** 2, mb: kib ** 2, g: kib ** 3, gb: kib ** 3 };

/** A size written as `512kb`, `1mb` or `2g`; bytes inside. */
export const Size = z
  .union([
    z.int().nonnegative(),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
    z.string().regex(/^\d{1,9}(b|kb?|mb?|gb?)$/, 'must be a size like 512kb, 1mb or 2g'),
  ])
  .transform((value) => {
    return typeof value === 'number' ? value : scaled(value, sizeUnits);
  });

/** Query of a list: how many, and from where (`next_cursor` of the page before). */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not a cursor of this list')
    .optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

export function pageOf<S extends z.ZodType>(
  item: S,
): z.ZodObject<{ items: z.ZodArray<S>; next_cursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

export const Empty = z.strictObject({});
export type Empty = z.infer<typeof Empty>;
