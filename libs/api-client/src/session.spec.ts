import { describe, expect, it } from '@jest/globals';

import { ApiError } from './api-error.js';
import { someTokens } from './fixtures/http-server.js';
import { createSession, memoryStorage, type SessionStorage } from './session.js';

const now = Date.parse('2026-01-01T00:00:00.000Z');

function sessionOf(
  refresh: (token: string) => Promise<ReturnType<typeof someTokens>>,
  storage: SessionStorage = memoryStorage(),
  clock = () => now,
) {
  return createSession(storage, refresh, clock);
}
const never = () => Promise.reject(new Error('must not be asked'));

describe('createSession', () => {
  it('has no token before a sign-in, and the kept one after', async () => {
    const session = sessionOf(never);
    expect(await session.token()).toBeNull();
    await session.keep(someTokens('a'));
    expect(await session.token()).toBe('a');
    expect((await session.current())?.user.username).toBe('admin');
    await session.forget();
    expect(await session.token()).toBeNull();
  });

  it.each([
    ['has run out', 20, undefined],
    ['was refused', 900, 'a'],
  ])('renews a token that %s, once for all who ask', async (_why, expiresIn, refused) => {
    const asked: string[] = [];
    const session = sessionOf((token) => (asked.push(token), Promise.resolve(someTokens('b'))));
    await session.keep(someTokens('a', expiresIn));
    expect(await Promise.all([session.token(refused), session.token(refused), session.token(refused)])).toEqual([
      'b',
      'b',
      'b',
    ]);
    expect(asked).toEqual([someTokens('a').refresh_token]);
    expect(await session.token()).toBe('b');
  });

  it('takes what another process has renewed while it waited for its turn', async () => {
    const storage = memoryStorage();
    const other = sessionOf(never, storage);
    const session = sessionOf(never, {
      ...storage,
      exclusively: async (work) => (await other.keep(someTokens('b')), work()),
    });
    await session.keep(someTokens('a'));
    expect(await session.token('a')).toBe('b');
  });

  it('is over when the refresh token is refused', async () => {
    const session = sessionOf(() => Promise.reject(new ApiError('auth.session_ended', 'over', 401, null)));
    await session.keep(someTokens('a', 0));
    expect(await session.token()).toBeNull();
    expect(await session.current()).toBeNull();
  });

  it('is over when somebody signed out while it waited for its turn', async () => {
    const storage = memoryStorage();
    const session = sessionOf(never, { ...storage, exclusively: async (work) => (await storage.write(null), work()) });
    await session.keep(someTokens('a', 0));
    expect(await session.token()).toBeNull();
  });

  it('is not over when the server only cannot be reached', async () => {
    const session = sessionOf(() => Promise.reject(new ApiError('bus.unavailable', 'later', 503, null)));
    await session.keep(someTokens('a', 0));
    await expect(session.token()).rejects.toMatchObject({ status: 503 });
    expect(await session.current()).not.toBeNull();
  });
});
