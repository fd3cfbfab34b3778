import { describe, expect, it } from '@jest/globals';

import { accessTokenSeconds, sessionExpired } from './session-rules.js';

const minute = 60_000;
const limits = { access_ttl: 15 * minute, idle_timeout: 60 * minute, absolute_timeout: 180 * minute };
const start = Date.parse('2026-01-01T00:00:00.000Z');
const at = (minutes: number): string => new Date(start + minutes * minute).toISOString();

describe('sessionExpired', () => {
  it.each([
    ['fresh', 0, 0, false],
    ['idle for one minute less than allowed', 0, 59, false],
    ['idle for as long as allowed', 0, 60, true],
    ['old but used', 150, 179, false],
    ['used, but older than any session may be', 179, 180, true],
  ])('%s', (_what, lastUsed, now, expired) => {
    const times = { created_at: at(0), last_used_at: at(lastUsed) };
    expect(sessionExpired(times, limits, start + now * minute)).toBe(expired);
  });
});

describe('accessTokenSeconds', () => {
  it.each([
    ['the whole time to live', 0, 0, limits, 900],
    ['no longer than the session lives at most', 175, 175, limits, 300],
    ['no longer than the session may idle', 0, 0, { ...limits, idle_timeout: 5 * minute }, 300],
    ['never less than a second', 0, 0, { ...limits, access_ttl: 10 }, 1],
  ])('%s', (_what, lastUsed, now, given, seconds) => {
    const times = { created_at: at(0), last_used_at: at(lastUsed) };
    expect(accessTokenSeconds(times, given, start + now * minute)).toBe(seconds);
  });
});
