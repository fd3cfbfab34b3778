import { lastSeqFunction } from './last-seq.js';

/**
 * Appends a batch under a lease. Fencing is in here: attempt against lease, seq against holes, repeats against their attempt.
 *
 * KEYS 1 stream, 2 lease, 3 fence, 4 unpersisted
 * ARGV 1 attempt, 2 seq of the first entry, 3 floor (seq that SQL has), 4 '1' if the last entry ends the attempt,
 *      5 task id, 6 channel, 7… entries as JSON
 * Returns { 'ok' | 'lost' | 'hole' | 'conflict', last seq of the stream, persisted seq }
 */
export const appendScript = `${lastSeqFunction}
local stream, lease, fence, unpersisted = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local attempt, first, floor, terminal = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local count = #ARGV - 6
local final = first + count - 1
local last = last_seq(stream)
local persisted = tonumber(redis.call('HGET', fence, 'persisted') or '0')

if redis.call('GET', lease) ~= attempt then
  local closed, closed_seq = redis.call('HGET', fence, 'closed'), redis.call('HGET', fence, 'closed_seq')
  if terminal and closed == attempt and tonumber(closed_seq) == final then return { 'ok', last, persisted } end
  return { 'lost', last, persisted }
end
if first > math.max(last, floor) + 1 then return { 'hole', last, persisted } end

local begun = tonumber(redis.call('HGET', fence, 'first') or first)
for i = 1, count do
  local seq = first + i - 1
  if seq <= last then
    local there = redis.call('XRANGE', stream, seq .. '-0', seq .. '-0')[1]
    if there and there[2][2] ~= attempt then return { 'conflict', last, persisted } end
    if not there and (seq > math.max(persisted, floor) or seq < begun) then return { 'conflict', last, persisted } end
  end
end
redis.call('HSETNX', fence, 'first', first)
for i = 1, count do
  local seq = first + i - 1
  if seq > last and seq > floor then redis.call('XADD', stream, seq .. '-0', 'a', attempt, 'e', ARGV[6 + i]) end
end
last = math.max(last, final)
if terminal then
  redis.call('HSET', fence, 'closed', attempt, 'closed_seq', final)
  redis.call('DEL', lease)
end
if count > 0 then
  redis.call('SADD', unpersisted, ARGV[5])
  redis.call('PUBLISH', ARGV[6], terminal and ARGV[5] .. ' end' or ARGV[5])
end
return { 'ok', last, persisted }
`;
