/** Lua function: the last seq that a stream ever had, also when it has been trimmed; 0 if there is no stream. */
export const lastSeqFunction = `
local function last_seq(stream)
  if redis.call('EXISTS', stream) == 0 then return 0 end
  local info = redis.call('XINFO', 'STREAM', stream)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then return tonumber(string.match(info[i + 1], '^%d+')) end
  end
  return 0
end
`;
