import { lastSeqFunction } from './last-seq.js';

/**
 * Appends one line of the platform's own while nobody holds the lease. Its number is given in here: numbered outside, it
 * could take a runner's number and make the runner's line vanish as a repeat.
 *
 * KEYS 1 stream, 2 lease, 3 fence, 4 unpersisted
 * ARGV 1 attempt, 2 floor (seq that SQL has), 3 '1' if the line ends the attempt, 4 task id, 5 channel, 6 entry as JSON
 * Returns the seq, or 0 if the lease is held, or -1 if the attempt has been ended already
 */
export const appendUnleasedScript = `${lastSeqFunction}
local stream, lease, fence, unpersisted = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local attempt, terminal = ARGV[1], ARGV[3] == '1'
if redis.call('EXISTS', lease) == 1 then return 0 end
if terminal and tonumber(redis.call('HGET', fence, 'closed') or '0') >= tonumber(attempt) then return -1 end
local seq = math.max(last_seq(stream), tonumber(ARGV[2])) + 1
redis.call('XADD', stream, seq .. '-0', 'a', attempt, 'e', ARGV[6])
if terminal then redis.call('HSET', fence, 'closed', attempt, 'closed_seq', seq) end
redis.call('SADD', unpersisted, ARGV[4])
redis.call('PUBLISH', ARGV[5], terminal and ARGV[4] .. ' end' or ARGV[4])
return seq
`;
