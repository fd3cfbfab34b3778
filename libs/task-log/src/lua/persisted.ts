import { lastSeqFunction } from './last-seq.js';

/**
 * After SQL has the log up to a seq: says so, trims behind it, and takes the task from the unpersisted ones when nothing is left.
 * Trims, never deletes: a deleted stream would number from the start again. A replica that comes late sets nothing back.
 *
 * KEYS 1 stream, 2 fence, 3 unpersisted; ARGV 1 persisted seq, 2 first seq to keep, 3 task id. Returns 1 if nothing is left.
 */
export const persistedScript = `${lastSeqFunction}
if tonumber(ARGV[1]) > tonumber(redis.call('HGET', KEYS[2], 'persisted') or '-1') then
  redis.call('HSET', KEYS[2], 'persisted', ARGV[1])
end
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('XTRIM', KEYS[1], 'MINID', ARGV[2] .. '-0') end
if last_seq(KEYS[1]) > tonumber(ARGV[1]) then return 0 end
redis.call('SREM', KEYS[3], ARGV[3])
return 1
`;

/** Renews or takes the right to persist one log. KEYS 1 persister; ARGV 1 replica, 2 time to live (ms). Returns 2 if taken anew, 1 if held, 0 if another has it. */
export const holdPersisterScript = `
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) return 1 end
if holder then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 2
`;
