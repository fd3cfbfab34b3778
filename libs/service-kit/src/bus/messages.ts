import { Actor, RequestId, services, Time, WireError } from '@aicode/contracts';
import { z } from 'zod';

/** The one field of a stream entry. */
export const requestField = 'm';

/** A request as it travels. */
export const BusRequest = z.object({
  id: z.string().min(1).max(100),
  /** Pattern of the method. */
  method: z.string().max(200),
  caller: z.enum(services),
  /** Services that wait for this request, the first caller first; the caller itself is the last if it works for another. */
  via: z.array(z.enum(services)).max(services.length),
  actor: Actor,
  request_id: RequestId,
  /** Milliseconds, from the entry's id on Redis' clock, after which it is not begun any more. */
  ttl_ms: z.number().positive(),
  /** The same by the caller's reckoning, on Redis' clock (ms since 1970): for a request that was long on its way to Redis, or is replayed. */
  expires_ms: z.number().positive(),
  /** Channel for the answer. */
  reply: z.string().max(100),
  input: z.unknown(),
});
export type BusRequest = z.infer<typeof BusRequest>;

/** An answer as it travels. */
export const BusReply = z.union([
  z.object({ id: z.string(), error: WireError }),
  z.object({ id: z.string(), output: z.unknown() }),
]);
export type BusReply = z.infer<typeof BusReply>;

export const BusEvent = z.object({ id: z.string(), time: Time, data: z.unknown() });
export type BusEvent = z.infer<typeof BusEvent>;

/** Parses what came over the bus; undefined if it is not JSON or not of that shape. */
export function decode<S extends z.ZodType>(schema: S, body: string): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** No request waits longer for its answer; what is older in a stream is rubbish. */
export const maxRequestAgeMs = 600_000;
