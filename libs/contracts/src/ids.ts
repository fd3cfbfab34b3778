import { z } from 'zod';

/** Prefix of each kind of id. An id is `<prefix>_<26 Crockford base-32 digits>` and sorts by time of creation (as ULID does). */
export const idPrefixes = {
  workspace: 'ws',
  task: 'task',
  attempt: 'att',
  session: 'sess',
  user: 'user',
  request: 'req',
  event: 'evt',
  token: 'tok',
} as const;
export type IdKind = keyof typeof idPrefixes;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const timeDigits = 10;
const randomDigits = 16;
let lastTime = 0;
let lastRandom: number[] = [];

/** A new id of a kind. Ids made in one process are strictly ascending, also within one millisecond. */
export function newId(kind: IdKind, now: number = Date.now()): string {
  if (now > lastTime) {
    lastTime = now;
    lastRandom = Array.from(crypto.getRandomValues(new Uint8Array(randomDigits)), (byte) => byte % 32);
    lastRandom[0] = (lastRandom[0] ?? 0) % 16; // room to count up without overflow
  } else {
    countUp(lastRandom);
  }
  return `${idPrefixes[kind]}_${encodeTime(lastTime)}${lastRandom.map((digit) => alphabet[digit]).join('')}`;
}

function countUp(digits: number[]): void {
  for (let i = digits.length - 1; i >= 0; i -= 1) {
    const digit = digits[i] ?? 0;
    if (digit < 31) {
      digits[i] = digit + 1;
      return;
    }
    digits[i] = 0;
  }
}

function encodeTime(time: number): string {
  let rest = time;
  let text = '';
  for (let i = 0; i < timeDigits; i += 1) {
    text = (alphabet[rest % 32] ?? '') + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Schema of an id of one kind; refuses forged and foreign ids before they reach a query. */
export function idOf(kind: IdKind): z.ZodString {
  return z
    .string()
    .regex(new RegExp(`^${idPrefixes[kind]}_[0-9a-hjkmnp-tv-z]{26}$`), `must be an id like ${idPrefixes[kind]}_…`);
}

export const WorkspaceId = idOf('workspace');
export const TaskId = idOf('task');
export const AttemptId = idOf('attempt');
export const UserId = idOf('user');
/** A request id from outside is taken over only if it is harmless in a log line. */
export const RequestId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
