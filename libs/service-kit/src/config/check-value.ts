import { z } from 'zod';

/** Why a value does not fit, in words that say what would; undefined if it fits. */
export function problemOf(schema: z.ZodType, value: unknown): string | undefined {
  if (value === null) return 'has no value; remove the key, or give it one';
  const result = schema.safeParse(value);
  if (!result.success) return allowedBy(result.error.issues);
  // Coercion takes true for 1 and a blank text for 0; nobody means that.
  const coerced = typeof result.data === 'number' && typeof value !== 'number';
  if (coerced && (typeof value !== 'string' || value.trim() === '')) return 'must be a number';
  return undefined;
}

/** The most telling sentence of what zod has to say. */
function allowedBy(issues: z.core.$ZodIssue[]): string {
  const flat = flatten(issues);
  const own = flat.find((issue) => issue.message.startsWith('must'));
  if (own) return own.message;
  const values = flat.flatMap((issue) => (issue.code === 'invalid_value' ? issue.values : []));
  if (values.length > 0) return `must be ${values.map(String).join(' or ')}`;
  const first = flat[0];
  if (first?.code === 'too_small') return `must be ${first.inclusive ? 'at least' : 'more than'} ${first.minimum}`;
  if (first?.code === 'too_big') return `must be at most ${first.maximum}`;
  if (first?.code === 'invalid_format' && first.format === 'url') return 'must be a URL with http:// or https://';
  const kinds = [...new Set(flat.flatMap((issue) => (issue.code === 'invalid_type' ? [kind(issue.expected)] : [])))];
  return kinds.length > 0 ? `must be ${kinds.join(' or ')}` : (first?.message ?? 'is not valid');
}

/** A union reports what each of its members has against the value. */
function flatten(issues: z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => (issue.code === 'invalid_union' ? issue.errors.flatMap(flatten) : [issue]));
}

function kind(expected: string): string {
  if (expected === 'int' || expected === 'number') return 'a whole number';
  if (expected === 'array') return 'a list';
  return expected === 'string' ? 'a text' : expected;
}
