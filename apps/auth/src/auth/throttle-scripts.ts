/**
 * Counts a sign-in as failed before it is tried, so that many at once cannot slip past the limit; `succeedScript` takes it back.
 * KEYS 1 account, 2 address; ARGV 1 failures allowed, 2 window (ms).
 * Returns 0 if the try may go on, otherwise the milliseconds until it may.
 */
export const beginScript = `
local wait = 0
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[1]) then
    wait = math.max(wait, redis.call('PTTL', key), 1)
  end
end
if wait > 0 then return wait end
for _, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[2]) end
end
return 0
`;

/**
 * The try was right: the account starts afresh, the address gets back this one try only, or one's own account would
 * wash away the guesses at others.
 * KEYS 1 account, 2 address.
 */
export const succeedScript = `
redis.call('DEL', KEYS[1])
if tonumber(redis.call('GET', KEYS[2]) or '0') > 0 and redis.call('DECR', KEYS[2]) == 0 then redis.call('DEL', KEYS[2]) end
return 0
`;
