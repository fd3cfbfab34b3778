import type { User, WebSession, WebSessionState } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { createSession, type SessionPorts } from './session.js';
import { markOf } from './session-mark.js';

const user: User = {
  id: 'user_00000000000000000000000000',
  username: 'admin',
  role: 'admin',
  created_at: '2026-01-01T00:00:00.000Z',
};
const start = Date.parse('2026-01-01T00:00:00.000Z');
const signedOut: WebSessionState = { user: null, expires_in: null, renewable: false };
const signedIn: WebSessionState = { user, expires_in: 900, renewable: true };
const fresh: WebSession = { user, expires_in: 900 };

/** A session over a server and a browser of the test's own, and what was asked of them. */
function sessionOf(ports: Partial<SessionPorts> = {}) {
  const asked: string[] = [];
  const browser = { mark: null as string | null, now: start };
  const session = createSession({
    state: () => (asked.push('state'), Promise.resolve(signedIn)),
    refresh: () => (asked.push('refresh'), Promise.resolve(fresh)),
    signIn: ({ username }) => (asked.push(`signIn ${username}`), Promise.resolve(fresh)),
    setUp: ({ token }) => (asked.push(`setUp ${token}`), Promise.resolve(fresh)),
    signOut: () => (asked.push('signOut'), Promise.resolve()),
    exclusively: (work) => work(),
    readMark: () => browser.mark,
    writeMark: (mark) => (browser.mark = mark),
    now: () => browser.now,
    ...ports,
  });
  return { session, asked, browser, status: () => session.store.getState().status };
}

describe('restore', () => {
  it('finds out once who is signed in, for all who ask', async () => {
    const { session, asked, status } = sessionOf();
    expect(await Promise.all([session.restore(), session.restore(), session.ensure(false)])).toEqual([
      true,
      true,
      true,
    ]);
    expect(await session.restore()).toBe(true);
    expect(asked).toEqual(['state']);
    expect(status()).toBe('signed-in');
  });

  it('renews a session whose access cookie has run out', async () => {
    const { session, asked } = sessionOf({
      state: () => Promise.resolve({ user: null, expires_in: null, renewable: true }),
    });
    expect(await session.restore()).toBe(true);
    expect(asked).toEqual(['refresh']);
  });

  it('says that nobody is signed in, without a refused request', async () => {
    const { session, asked, status } = sessionOf({ state: () => Promise.resolve(signedOut) });
    expect(await session.restore()).toBe(false);
    expect(await session.ensure(false)).toBe(false);
    expect(asked).toEqual([]);
    expect(status()).toBe('signed-out');
  });

  it('says when the server cannot be reached, and asks again the next time', async () => {
    let down = true;
    const { session } = sessionOf({
      state: () => (down ? Promise.reject(new Error('down')) : Promise.resolve(signedIn)),
    });
    await expect(session.restore()).rejects.toThrow('down');
    down = false;
    expect(await session.restore()).toBe(true);
  });
});

describe('ensure', () => {
  it('asks nothing while the cookie is good, and renews it once for all when its time is over', async () => {
    const { session, asked, browser } = sessionOf();
    await session.restore();
    expect(await session.ensure(false)).toBe(true);
    expect(asked).toEqual(['state']);
    browser.now += 890_000;
    expect(await Promise.all([session.ensure(false), session.ensure(false), session.ensure(true)])).toEqual([
      true,
      true,
      true,
    ]);
    expect(asked).toEqual(['state', 'refresh']);
    expect(browser.mark).toBe(markOf(browser.now + 900_000));
  });

  it('keeps the page and asks for a new sign-in when the session is over', async () => {
    const { session, asked, status } = sessionOf({ refresh: () => Promise.resolve(null) });
    await session.restore();
    expect(await session.ensure(true)).toBe(false);
    expect(status()).toBe('expired');
    expect(session.store.getState().user).toEqual(user);
    // Nothing more is asked while the dialog stands, and the page is still there.
    expect(await session.ensure(false)).toBe(false);
    expect(await session.restore()).toBe(true);
    expect(asked).toEqual(['state']);
    await session.signIn({ username: 'admin', password: 'p' });
    expect(status()).toBe('signed-in');
    expect(await session.ensure(false)).toBe(true);
  });

  it('does not end the session when the server only cannot be reached', async () => {
    const { session, status } = sessionOf({ refresh: () => Promise.reject(new Error('down')) });
    await session.restore();
    await expect(session.ensure(true)).rejects.toThrow('down');
    expect(status()).toBe('signed-in');
  });

  it('takes what another tab has renewed while this one waited: the refresh cookie works once', async () => {
    const { session, asked, browser } = sessionOf({
      exclusively: (work) => {
        browser.mark = markOf(browser.now + 900_000);
        return work();
      },
    });
    await session.restore();
    browser.now += 890_000;
    expect(await session.ensure(false)).toBe(true);
    expect(asked).toEqual(['state', 'state']);
  });

  it('renews itself if what another tab left is not good', async () => {
    let looks = 0;
    const { session, asked, browser } = sessionOf({
      state: () => Promise.resolve((looks += 1) === 1 ? signedIn : signedOut),
      exclusively: (work) => {
        browser.mark = markOf(browser.now + 900_000);
        return work();
      },
    });
    await session.restore();
    browser.now += 1;
    expect(await session.ensure(true)).toBe(true);
    expect(asked).toEqual(['refresh']);
  });
});

describe('signing in and out', () => {
  it('tells the other tabs', async () => {
    const { session, asked, browser, status } = sessionOf();
    await session.setUp({ token: 't', username: 'admin', password: 'p' });
    expect(browser.mark).toBe(markOf(start + 900_000));
    await session.signOut();
    expect(browser.mark).toBeNull();
    expect(status()).toBe('signed-out');
    expect(asked).toEqual(['setUp t', 'signOut']);
  });

  it('stays signed in if the server does not answer', async () => {
    const { session, status } = sessionOf({ signOut: () => Promise.reject(new Error('down')) });
    await session.restore();
    await expect(session.signOut()).rejects.toThrow('down');
    expect(status()).toBe('signed-in');
  });

  it('follows another tab out and in again', async () => {
    const { session, browser, status, asked } = sessionOf();
    await session.signIn({ username: 'admin', password: 'p' });
    await session.otherTab();
    expect(asked).toEqual(['signIn admin']);
    browser.mark = null;
    await session.otherTab();
    expect(status()).toBe('expired');
    browser.mark = markOf(start + 1_000_000);
    await session.otherTab();
    expect(status()).toBe('signed-in');
  });

  it('is not fooled by a mark without a session', async () => {
    const { session, browser, asked } = sessionOf({ state: () => Promise.resolve(signedOut) });
    await session.signIn({ username: 'admin', password: 'p' });
    browser.mark = 'nonsense';
    await session.otherTab();
    expect(await session.ensure(false)).toBe(true);
    expect(asked).toEqual(['signIn admin', 'refresh']);
  });
});
