/**
 * Opens the lease of a new attempt: only upwards, never again for an attempt that has been ended.
 * KEYS 1 lease, 2 fence; ARGV 1 attempt, 2 time to live (ms). Returns 1 if the attempt holds the lease now.
 */
export const openLeaseScript = `
local attempt = tonumber(ARGV[1])
local highest = tonumber(redis.call('HGET', KEYS[2], 'attempt') or '0')
if tonumber(redis.call('HGET', KEYS[2], 'closed') or '0') >= attempt or highest > attempt then return 0 end
if highest == attempt then
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 1
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('HSET', KEYS[2], 'attempt', ARGV[1])
redis.call('HDEL', KEYS[2], 'first')
return 1
`;

/**
 * Renews a lease that is still held; a runner can never take one.
 * KEYS 1 lease, 2 fence; ARGV 1 attempt, 2 time to live (ms). Returns { held, cancel requested, persisted seq }.
 */
export const renewLeaseScript = `
local persisted = tonumber(redis.call('HGET', KEYS[2], 'persisted') or '0')
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return { 0, 0, persisted } end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { 1, redis.call('HGET', KEYS[2], 'cancel') == ARGV[1] and 1 or 0, persisted }
`;

/**
 * Takes a lease from its holder so that nothing of it is accepted any more (a lease that nobody renewed goes by itself).
 * KEYS 1 lease; ARGV 1 attempt.
 */
export const revokeLeaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;
